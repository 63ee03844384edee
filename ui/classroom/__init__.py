"""A class: a teacher and pupils in one lesson, or in free exploration, over one channel beside Streamlit.

`room.py`: what a class is; `drawings.py`: what it draws; `messages.py`: what may be said in it; `journal.py`: what
of it is on disk; `hub.py`: the classes that are on, and who hears what; `channel.py`: their addresses;
`reach.py`: how far a pin may lie. The page's half:
live/shell/classroom/.
"""
