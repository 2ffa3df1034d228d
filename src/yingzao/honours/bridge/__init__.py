"""Where rows meet what computes and what sets type: live figures (`figures`), certificates (`typesetting`)."""
