import assert from "node:assert/strict";
import { app } from "../../main.ts";
import { withSecurityHeaders } from "../../server/security_headers.ts";

Deno.test("pages, files, errors and refusals have the headers that keep them safe", async () => {
  const answer = app.handler();
  const statuses = [];
  for (const url of ["localhost/regime", "localhost/favicon.svg", "localhost/nowhere", "other/"]) {
    const { headers, status, body } = await answer(new Request(`http://${url}`));
    await body?.cancel();
    statuses.push(status);
    assert.equal(headers.get("x-content-type-options"), "nosniff", url);
    assert.equal(headers.get("x-frame-options"), "DENY", url);
    assert.equal(headers.get("referrer-policy"), "no-referrer", url);
    assert.match(
      headers.get("content-security-policy")!,
      /^default-src 'none'; script-src 'self';/,
    );
  }
  assert.deepEqual(statuses, [200, 200, 404, 421]);
});

Deno.test("inline scripts that the framework renders run by its nonce, and by nothing else", () => {
  const rendered = new Response("", { headers: { "x-fresh-nonce": "abc" } });
  const { headers } = withSecurityHeaders(rendered);
  const policy = headers.get("content-security-policy")!;
  assert.match(
    policy,
    /script-src 'self' 'nonce-abc'; style-src 'self' 'nonce-abc'; img-src 'self';/,
  );
  assert.doesNotMatch(policy, /unsafe|upgrade/);
  assert.equal(headers.get("x-fresh-nonce"), null);
});
