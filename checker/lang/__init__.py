"""The modelling language: a rule is an ordinary Python function on a mutable world."""

from checker.lang.containers import (
    Array,
    Function,
    Log,
    Multiset,
    Queue,
    Relation,
    Subset,
)
from checker.lang.errors import EoscheckError, LanguageError
from checker.lang.model import Instance, Model
from checker.lang.rules import (
    Action,
    Property,
    action,
    always,
    bound,
    count,
    exists,
    for_each,
    forall,
    function,
    leads_to,
    procedure,
    require,
    sometimes,
    where,
)
from checker.lang.types import NONE, Capacity, Identity, Numeric, State, ghost
from checker.lang.values import Parameters, Record

__all__ = [
    "NONE",
    "Action",
    "Array",
    "Capacity",
    "EoscheckError",
    "Function",
    "Identity",
    "Instance",
    "LanguageError",
    "Log",
    "Model",
    "Multiset",
    "Numeric",
    "Parameters",
    "Property",
    "Queue",
    "Record",
    "Relation",
    "State",
    "Subset",
    "action",
    "always",
    "bound",
    "count",
    "exists",
    "for_each",
    "forall",
    "function",
    "ghost",
    "leads_to",
    "procedure",
    "require",
    "sometimes",
    "where",
]
