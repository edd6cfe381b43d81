"""Search over the record: what can be found, how a question is read, the databases' own full text, what is shown."""
