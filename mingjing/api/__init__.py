"""The API: what people do on pages, programs do here; the same services and selectors, no rule of its own.

How a room is added: a module `rooms/<room>.py`, its shapes in `rooms/<room>_schemas.py`, a line in `rooms/__init__.py`.

    room = Room("案件")                                        # the heading in the reference

    @room.get("/cases/{code}", "case.view", answer=CaseAnswer)  # path, scope (an action of the permission table), shape
    def get_case(request: Called, code: Code) -> CaseAnswer:    # the name of the function is the operation's id
        '''读取一件案件。'''                                       # its summary; further lines are its description
        return ...                                              # a schema; 201 gets a Location from its field `self`

- An address belongs to one room: what else is done at it, from another module too, is an operation of that room.
- `room.get` reads; `room.post` writes, once under its Idempotency-Key; `room.ask` takes a body and writes nothing;
  `room.put` and `room.delete` are the same when sent twice; `room.file` answers with bytes (give an HttpResponse).
- A scope that is not yet in `clients/scopes.py` gets a line there. Several scopes: any one of them opens the door;
  what only the body or the case tells is asked for with `demand(request, scope)`.
- Everything is done by `request.auth.person`. A case comes from `cases_seen.case_of`, which answers 404 for other
  agencies and leaves the trace of a look from outside; other things from selectors that take the person.
- What a request gives is a `Given` (its moments `Moment`, its days `Day`), what an answer tells a `Told` (schemas.py):
  no NUL, no unknown members. Names of shapes are unique in the whole API.
- A service's refusal becomes `refused(errors)`, an act's `act_refused(trial)`, what is not there `not_found()`
  (problems.py).
- Texts that are said go through `_` and get their English in locale/ (`tools/translations.py`, then the .po file).
  Where the service has a `once` token, give it `token_of(request)`.
- A list is paged by `paging.mark_of(cursor, BY_TIME)` and `paging.next_page(request, mark)`; no counts.
- Afterwards run `tools/reference.py`; tests/api/test_contract.py tries every new operation by itself, and
  tests/api/test_isolation.py asks for a line that says whose object it stands on.
"""
