import { hmacSha256, sha256, verifySignature } from '#primitives';

test('an operation before ready() says so, whoever would compute it', () => {
  const none = new Uint8Array(0);
  for (const operation of [
    () => sha256(none),
    () => hmacSha256(none, new Uint8Array(1000)),
    () => verifySignature(new Uint8Array(32), none, new Uint8Array(64)),
  ]) {
    expect(operation).toThrow('await ready()');
  }
});
