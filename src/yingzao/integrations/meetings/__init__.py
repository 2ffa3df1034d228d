"""Exports of meetings, live streams and clock-ins: one folder a product, each with a `reader`.

`core.ports.ports("meetings")` hands out those that the settings name; `core.ports.recognise_meeting` picks the surest.
"""
