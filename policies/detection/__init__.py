"""What a purge is: the rules, the records they are judged on, and the alerts that follow."""
