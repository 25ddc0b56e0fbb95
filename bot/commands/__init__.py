"""The `lodestone` command, one module a subcommand; heavy imports wait until they are needed."""
