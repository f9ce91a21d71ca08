"""Stand-ins for services outside: real servers on the loopback interface that tests and evaluations script."""
