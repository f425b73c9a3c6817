"""What each command does, stage by stage; the command line itself is `sitegen.cli`."""
