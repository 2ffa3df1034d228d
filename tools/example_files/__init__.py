"""The parts of `make_examples.py`: who is in the example, what they did, how an office would note it down."""
