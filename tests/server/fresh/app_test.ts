import assert from "node:assert/strict";
import { join } from "node:path";
import { App, staticFiles } from "fresh";

interface State {
  trail: string[];
}

function fixtureApp(): App<State> {
  const app = new App<State>().use(async (ctx) => {
    const response = await ctx.next();
    response.headers.set("x-outermost", `${response.status}`);
    return response;
  }).use(staticFiles()).use((ctx) => {
    ctx.state.trail = ["outer"];
    return ctx.next();
  }).fsRoutes();
  app.config.root = join(import.meta.dirname ?? ".", "fixture");
  return app;
}

const answer = fixtureApp().handler();

function ask(path: string, init?: RequestInit): Promise<Response> {
  return answer(new Request(`http://localhost${path}`, init));
}

Deno.test("App renders a page inside the shell, as HTML", async () => {
  const response = await ask("/plain");
  assert.equal(response.status, 200);
  assert.equal(response.headers.get("content-type"), "text/html; charset=utf-8");
  assert.equal(
    await response.text(),
    '<!DOCTYPE html><html lang="en"><head><title>/plain</title></head>' +
      "<body><p>no island</p></body></html>",
  );
});

Deno.test("App marks an island with its name and properties, escaped", async () => {
  const html = await (await ask("/")).text();
  assert.ok(html.includes(
    '<fresh-island data-name="Counter" ' +
      'data-props="{&quot;start&quot;:3,&quot;label&quot;:&quot;a \\&quot;&lt;b>\\&quot;&quot;}">' +
      '<button type="button" title="a &quot;&lt;b>&quot;">3</button></fresh-island>',
  ));
});

Deno.test("App marks an island within an island once, as part of the outer one", async () => {
  const html = await (await ask("/")).text();
  assert.match(html, /<fresh-island data-name="Pair" data-props="{}"><p><button/);
  assert.equal(html.match(/<fresh-island /g)?.length, 2);
});

Deno.test("App links the client script where there is an island, and writes none inline", async () => {
  const html = await (await ask("/")).text();
  assert.deepEqual(html.match(/<script[^]*?<\/script>/g), [
    '<script type="module" src="/build/client.js"></script>',
  ]);
  assert.ok(!/<style|\sstyle=/.test(html));
});

Deno.test("App refuses island properties that are not JSON", async () => {
  assert.equal((await ask("/unsafe")).status, 500);
});

Deno.test("App calls the handler of the method and answers HEAD as GET without a body", async () => {
  assert.deepEqual(await (await ask("/endpoint?a=1")).json(), { query: "?a=1" });
  const posted = await ask("/endpoint", { method: "POST", body: "text" });
  assert.deepEqual([posted.status, await posted.text()], [201, "text"]);
  const head = await ask("/endpoint", { method: "HEAD" });
  assert.deepEqual([head.status, await head.text()], [200, ""]);
});

Deno.test("App gives a handler the named parts of the path", async () => {
  assert.equal(await (await ask("/deep/a%20name")).text(), "a name");
});

Deno.test("App runs middlewares outermost first, with one state", async () => {
  assert.equal((await ask("/plain")).headers.get("x-trail"), "outer,inner");
});

Deno.test("App shows the error page with the status of what was thrown", async () => {
  const gone = await ask("/fails", { method: "DELETE" });
  assert.equal(gone.status, 410);
  assert.match(await gone.text(), /<title>\/fails<\/title>.*<h1>it was here<\/h1>/);
  assert.equal((await ask("/nowhere")).status, 404);
});

Deno.test("App says which methods a path has to who asks by another", async () => {
  const refused = await ask("/plain", { method: "DELETE" });
  assert.deepEqual([refused.status, refused.headers.get("allow")], [405, "GET, HEAD"]);
  assert.equal((await ask("/plain", { method: "HEAD" })).status, 200);
  assert.equal((await ask("/nowhere", { method: "DELETE" })).headers.get("allow"), null);
});

Deno.test("App keeps to itself what an unexpected error says", async () => {
  const response = await ask("/fails");
  assert.equal(response.status, 500);
  assert.match(await response.text(), /<h1>our fault<\/h1>/);
});

Deno.test("redirect() keeps the query and folds doubled slashes, so that it stays here", async () => {
  const redirectTo = async (to: string) =>
    (await ask(`/away?to=${encodeURIComponent(to)}`)).headers.get("location");
  assert.equal((await ask("/away")).status, 302);
  assert.equal(await redirectTo("/a/b?c=//d#e"), "/a/b?c=//d#e");
  assert.equal(await redirectTo("//elsewhere.example/a"), "/elsewhere.example/a");
  assert.equal(await redirectTo("https://elsewhere.example/a"), "https://elsewhere.example/a");
});

Deno.test("App shows its middlewares the error page that is answered with", async () => {
  const gone = await ask("/fails", { method: "DELETE" });
  assert.deepEqual([gone.status, gone.headers.get("x-outermost")], [410, "410"]);
  assert.equal((await ask("/nowhere")).headers.get("x-outermost"), "404");
});

Deno.test("staticFiles() answers with type, ETag and 304 for what the browser has", async () => {
  const first = await ask("/note.txt");
  assert.equal(first.headers.get("content-type"), "text/plain; charset=utf-8");
  assert.equal(first.headers.get("cache-control"), "no-cache");
  assert.match(await first.text(), /^a line of text/);
  const etag = first.headers.get("etag") ?? "";
  const again = await ask("/note.txt", { headers: { "if-none-match": etag } });
  assert.deepEqual([again.status, await again.text()], [304, ""]);
});

Deno.test("staticFiles() lets a file with a version be kept for good", async () => {
  const { headers } = await ask("/note.txt?v=1");
  assert.equal(headers.get("cache-control"), "public, max-age=31536000, immutable");
});

Deno.test("staticFiles() compresses text for those who take it", async () => {
  const response = await ask("/note.txt", { headers: { "accept-encoding": "gzip" } });
  assert.equal(response.headers.get("content-encoding"), "gzip");
  const plain = response.body?.pipeThrough(new DecompressionStream("gzip"));
  assert.match(await new Response(plain ?? null).text(), /^a line of text/);
});

Deno.test("staticFiles() compresses a file once, and anew when it is another", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(`${root}/static`);
  const app = new App<State>().use(staticFiles());
  app.config.root = root;
  const serve = app.handler();
  const encodings: (string | null)[] = [];
  const said = async () => {
    const headers = { "accept-encoding": "gzip, deflate, br, zstd" };
    const response = await serve(new Request("http://localhost/a.css", { headers }));
    encodings.push(response.headers.get("content-encoding"));
    return new Uint8Array(await response.arrayBuffer());
  };
  const plain = (bytes: Uint8Array<ArrayBuffer>) =>
    new Response(new Blob([bytes]).stream().pipeThrough(new DecompressionStream("gzip"))).text();
  const { CompressionStream } = globalThis;
  let compressions = 0;
  globalThis.CompressionStream = class extends CompressionStream {
    constructor(format: CompressionFormat) {
      super(format);
      compressions++;
    }
  };
  try {
    await Deno.writeTextFile(`${root}/static/a.css`, "p {}".repeat(500));
    const first = await said();
    assert.equal(await plain(first), "p {}".repeat(500));
    assert.deepEqual(await said(), first);
    await Deno.writeTextFile(`${root}/static/a.css`, "b {}".repeat(600));
    assert.equal(await plain(await said()), "b {}".repeat(600));
    assert.deepEqual(encodings, ["gzip", "gzip", "gzip"]);
    assert.equal(compressions, 0);
    for (const name of ["a.css.gz", "a.css.br", "b.css"]) {
      assert.equal((await serve(new Request(`http://localhost/${name}`))).status, 404);
    }
  } finally {
    globalThis.CompressionStream = CompressionStream;
    await Deno.remove(root, { recursive: true });
  }
});

Deno.test("App serves nothing from outside static/, however the path is written", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  // By hand: fetch() tidies paths before it sends them.
  const askRaw = async (path: string) => {
    const connection = await Deno.connect({ hostname: "127.0.0.1", port: server.addr.port });
    const request = `GET ${path} HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n\r\n`;
    await connection.write(new TextEncoder().encode(request));
    return await new Response(connection.readable).text();
  };
  assert.match(await askRaw("/note.txt"), /^HTTP\/1.1 200 OK/);
  for (
    const path of [
      "/../routes/index.tsx",
      "/%2e%2e/routes/index.tsx",
      "/..%2froutes%2findex.tsx",
      "/a/..%5c..%5croutes/index.tsx",
      "//../routes/index.tsx",
      "/note.txt%00",
      "/note.txt/a",
      `/${"a".repeat(300)}`,
      "/static/../../app_test.ts",
    ]
  ) {
    assert.match(await askRaw(path), /^HTTP\/1.1 (404|400) /, path);
  }
  await server.shutdown();
});

Deno.test("staticFiles() looks for no file when a WebSocket is asked for", async () => {
  const response = await ask("/note.txt", { headers: { upgrade: "websocket" } });
  assert.equal(response.status, 404);
});

Deno.test("App lets a WebSocket upgrade through untouched", async () => {
  const server = Deno.serve({ hostname: "127.0.0.1", port: 0, onListen() {} }, answer);
  const socket = new WebSocket(`ws://127.0.0.1:${server.addr.port}/socket`);
  const heard = Promise.withResolvers<unknown>();
  socket.onopen = () => socket.send("hello");
  socket.onmessage = ({ data }) => heard.resolve(data);
  socket.onerror = () => heard.reject(new Error("no connection"));
  assert.equal(await heard.promise, "heard hello");
  const closed = Promise.withResolvers<void>();
  socket.onclose = () => closed.resolve();
  socket.close();
  await closed.promise;
  await server.shutdown();
});

Deno.test("App refuses a file in routes/ that follows no convention known here", async () => {
  const root = await Deno.makeTempDir();
  await Deno.mkdir(join(root, "routes"));
  await Deno.writeTextFile(join(root, "routes/_layout.tsx"), "export default () => null;");
  const app = new App<unknown>().fsRoutes();
  app.config.root = root;
  await assert.rejects(app.handler()(new Request("http://localhost/")), /_layout\.tsx/);
  await Deno.remove(root, { recursive: true });
});
