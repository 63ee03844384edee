"""The queue of jobs, its journal and its one worker. Knows nothing of VAEs, torch or Streamlit."""
