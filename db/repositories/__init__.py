"""Reading and writing records on behalf of a person: every repository is built from (session, actor)."""
