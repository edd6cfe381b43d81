"""The English authorities with children's services: who they are, and where their public pages are."""
