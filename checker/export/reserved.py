"""Words that an identifier must not be, by target; those of Murphi in any case."""

from __future__ import annotations


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


PROMELA = _words(
    """
    active assert atomic bit bool break byte c_code c_decl c_expr c_state c_track chan d_proctype
    d_step do else empty enabled end eval false fi for full get_priority goto hidden if in init
    inline int len local ltl mtype nempty never nfull notrace np_ od of pc_value pid print printf
    printm priority proctype provided return run select set_priority short show skip timeout trace
    true typedef unless unsigned xr xs accept progress always eventually until weakuntil stronguntil
    release implies equivalent next U V W X nothing
    auto case char const continue default double enum extern float long register signed sizeof
    static struct switch union void volatile while now cas enter_critical final get get_permuted
    getframe grab_state iam_alive leave_critical max maxseq min minseq mix pptr q_sz qptr rand rot
    uchar uint ulong ushort wasnew main exit time stdin stdout errno unix linux
    """
)

MURPHI = _words(
    """
    alias and array assert assume begin boolean bits by case clear const cover do else elsif end
    endalias endarray endbegin endcase endchoose endexists endfor endforall endfunction endif
    endprocedure endrecord endrule endruleset endstartstate endswitch endunion endwhile choose enum
    error exists false flat for forall function if in initialise int integer invariant isundefined
    ismember liveness log_assert multiset multisetadd multisetcount multisetremove
    multisetremovepred new not of or procedure process program property put real record return rule
    ruleset scalarset startstate string switch then to trace traceuntil true type undefine union
    unsafe var while within nothing
    """
)

TLA = _words(
    """
    ACTION ASSUME ASSUMPTION AXIOM BY CASE CHOOSE CONSTANT CONSTANTS COROLLARY DEF DEFINE DEFS
    DOMAIN ELSE ENABLED EXCEPT EXTENDS HAVE HIDE IF IN INSTANCE LAMBDA LEMMA LET LOCAL MODULE NEW
    OBVIOUS OMITTED ONLY OTHER PICK PROOF PROPOSITION PROVE QED RECURSIVE SF_ STATE STEP STRONG
    SUBSET SUFFICES TAKE TEMPORAL THEN THEOREM TRUE FALSE UNCHANGED UNION USE VARIABLE VARIABLES
    WF_ WITH WITNESS BOOLEAN STRING
    Any Append Assert Cardinality Head Infinity Init Int Int IsFiniteSet JavaTime Len Max Min Nat
    Next Permutations Print PrintT RandomElement Real SelectSeq Seq SortSeq Spec SubSeq Tail
    TLCEval TLCGet TLCSet ToString TypeOK vars nothing
    """
)
