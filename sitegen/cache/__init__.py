"""What earlier builds learned: documents, findings, history, pictures."""
