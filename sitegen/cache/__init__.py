"""What earlier builds learned: documents, findings, history and pictures."""
