"""From an insight's query and result to what is drawn: pure functions that give lines.

`result_lines` is the result as a table, `headline` the one number that matters, `preview_lines` a compact form for
the preview, `query_lines` the query. They read what a server sent without trust and never raise for it.
"""
