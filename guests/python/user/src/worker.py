"""A customer's worker: says what it got when it fetched a page."""

import json

from tollgate import Response, WorkerEntrypoint, fetch


class Default(WorkerEntrypoint):
    async def fetch(self, request):
        response = await fetch("https://example.com")
        return Response(f"user worker got {json.dumps(await response.text())} from fetch")
