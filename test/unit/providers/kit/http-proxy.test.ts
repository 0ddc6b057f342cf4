import assert from "node:assert/strict";
import { proxyFor } from "../../../../providers/kit/http-proxy";

describe("the proxy from the environment", () => {
  const secure = { tls: true, host: "pachyderm.example.com", port: 443 };
  const plain = { ...secure, tls: false, port: 80 };

  it("is that of HTTPS_PROXY with TLS and of HTTP_PROXY without, in upper or lower case", () => {
    const environment = { HTTPS_PROXY: "http://secure:3128", http_proxy: "plain:8080" };
    assert.deepEqual(
      [proxyFor(secure, environment), proxyFor(plain, environment)].map((proxy) => [
        proxy?.url.href,
        proxy?.variable,
      ]),
      [
        ["http://secure:3128/", "HTTPS_PROXY"],
        ["http://plain:8080/", "http_proxy"],
      ],
    );
    assert.equal(proxyFor(secure, { HTTP_PROXY: "http://plain:8080" }), undefined);
    assert.equal(proxyFor(secure, { HTTPS_PROXY: "" }), undefined);
  });

  it("is not used for this machine", () => {
    for (const host of ["localhost", "127.0.0.1", "127.1.2.3", "::1"]) {
      assert.equal(proxyFor({ ...secure, host }, { HTTPS_PROXY: "http://p:1" }), undefined);
    }
  });

  it("is not used for what NO_PROXY lists: names, domains, addresses, ranges, ports, all", () => {
    const cases: [string, string, boolean][] = [
      ["example.com", "pachyderm.example.com", true],
      [".example.com", "pachyderm.example.com", true],
      ["*.example.com", "pachyderm.example.com", true],
      ["other.com, PACHYDERM.example.com", "pachyderm.example.com", true],
      ["example.com:443", "pachyderm.example.com", true],
      ["example.com:80", "pachyderm.example.com", false],
      ["ample.com", "pachyderm.example.com", false],
      ["*", "anything", true],
      ["10.0.0.0/8", "10.20.30.40", true],
      ["10.0.0.0/8", "11.20.30.40", false],
      ["10.1.2.3", "10.1.2.3", true],
      ["fd00::1", "fd00::1", true],
      ["[fd00::1]:443", "fd00::1", true],
      ["", "pachyderm.example.com", false],
    ];
    for (const [NO_PROXY, host, direct] of cases) {
      const proxy = proxyFor({ ...secure, host }, { HTTPS_PROXY: "http://p:1", NO_PROXY });
      assert.equal(proxy === undefined, direct, `${NO_PROXY} and ${host}`);
    }
  });

  it("is an error if the value is not a URL, without showing it", () => {
    assert.throws(() => proxyFor(secure, { HTTPS_PROXY: "socks5://u:hunter2@p:1" }), {
      message: "HTTPS_PROXY is not the URL of an HTTP proxy, such as http://proxy:3128",
    });
  });
});
