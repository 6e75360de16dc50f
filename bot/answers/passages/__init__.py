"""Imported documents as answers: indexed on disk by document, found, quoted, or passed over."""
