"""A FastAPI route with the service's request and response models and nothing behind it.

What a framework costs before any work is done: read and validate the request, write an answer.
"""

from __future__ import annotations

import sys

import uvicorn
from fastapi import FastAPI

from reward_service.schema import ScoredItem, ScoreRequest, ScoreResponse
from reward_verifiers.verdict import Verdict

app = FastAPI()


@app.post("/score")
async def score(request: ScoreRequest) -> ScoreResponse:
    """Call every item correct."""
    items = [
        ScoredItem(id=item.id or str(index), reward=1.0, verdict=Verdict.correct("42", "echoed"))
        for index, item in enumerate(request.items)
    ]
    return ScoreResponse(items=items, n_scored=len(items), n_unscored=0)


if __name__ == "__main__":
    uvicorn.run(
        app,
        port=int(sys.argv[1]),
        loop="uvloop",
        http="httptools",
        access_log=False,
        log_level="warning",
    )
