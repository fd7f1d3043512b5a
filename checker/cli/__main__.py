"""`python -m checker.cli` is the command `eoscheck`."""

from checker.cli.main import main

main()
