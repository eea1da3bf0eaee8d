"""The face `counter` 办事窗口: it takes in what citizens and parties hand to the agency, and nothing of officers."""
