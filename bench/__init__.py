"""The yardstick: reference models, their twins for other tools, and the table of speeds."""
