import { randomBytes } from 'node:crypto';
import type { MiddlewareHandler } from 'hono';

/** What a page may load: its own scripts, styles that carry this answer's nonce, pictures it was sent, and nothing from elsewhere. */
function policy(nonce: string | undefined): string {
  return [
    "default-src 'none'",
    // WebAssembly is compiled in the page (onnxruntime-web); `eval` stays forbidden.
    "script-src 'self' 'wasm-unsafe-eval'",
    nonce === undefined ? "style-src 'self'" : `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' blob: data:",
    "font-src 'self'",
    // A picture that was dropped on the page is an object of the page's own, and is read as one.
    "connect-src 'self' blob:",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; ');
}

/** Variables that answers are made with. */
export interface SecurityVariables {
  /** Of this answer's style elements. */
  readonly nonce: string;
}

const policyOfData = policy(undefined);

/** Sets the headers that keep a page to itself. */
export const securityHeaders: MiddlewareHandler<{ Variables: { nonce: string } }> = async (context, next) => {
  // Of pages alone: data and pictures have no style elements, and a grid asks for hundreds of them.
  const nonce = context.req.path.startsWith('/api/') ? undefined : randomBytes(16).toString('base64');
  if (nonce !== undefined) context.set('nonce', nonce);
  await next();
  const { headers } = context.res;
  if (!headers.has('content-security-policy')) headers.set('content-security-policy', nonce === undefined ? policyOfData : policy(nonce));
  headers.set('x-content-type-options', 'nosniff');
  headers.set('referrer-policy', 'no-referrer');
  headers.set('x-frame-options', 'DENY');
  headers.set('permissions-policy', 'camera=(self), microphone=(), geolocation=()');
  // Isolated from other origins, so that WebAssembly may use several threads.
  headers.set('cross-origin-opener-policy', 'same-origin');
  headers.set('cross-origin-embedder-policy', 'require-corp');
  headers.set('cross-origin-resource-policy', 'same-origin');
};
