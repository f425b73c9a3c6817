"""The catalog becomes pages: tables of fields and viewers, the search's files, the index, the templates, the writer."""
