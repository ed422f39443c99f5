import assert from "node:assert/strict";
import { app } from "../../main.ts";
import { withSecurityHeaders } from "../../server/security_headers.ts";
import { answerTo } from "./raw_client.ts";
import { serveSmall } from "./served_session.ts";

const STREAM = "/v1/vacuum-pressure/stream";

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

Deno.test("what asks for an upgrade and gets none has them too", async () => {
  await using served = await serveSmall();
  const lines = ["Host: 127.0.0.1", "Connection: Upgrade, close", "Upgrade: websocket"];
  const cases = [["/vacuum-pressure", 200], ["/nowhere", 404], [STREAM, 400]] as const;
  for (const [path, status] of cases) {
    const answer = await answerTo(served.server.port, `GET ${path} HTTP/1.1`, ...lines);
    assert.ok(answer.startsWith(`HTTP/1.1 ${status} `), path);
    assert.match(answer, /\r\ncontent-security-policy: default-src 'none'; script-src 'self';/i);
    assert.match(answer, /\r\nx-frame-options: DENY\r\n/i);
    assert.match(answer, /\r\nx-content-type-options: nosniff\r\n/i);
  }
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
