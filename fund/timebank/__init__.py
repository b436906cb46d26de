"""Hours and goods given and received: counted and thanked for, never priced, never a vote."""
