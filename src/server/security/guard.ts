import { createHash, timingSafeEqual } from 'node:crypto';
import { hostname, networkInterfaces } from 'node:os';
import type { Context, MiddlewareHandler } from 'hono';
import { getCookie, setCookie } from 'hono/cookie';
import { CovidCtError } from '../../base/index.ts';
import { refusal } from '../problem.ts';

const loopback = ['127.0.0.1', 'localhost', '[::1]'] as const;

/** Whether an address can be reached from this machine only. */
export function isLoopback(host: string): boolean {
  return host === 'localhost' || host === '::1' || host === '[::1]' || /^127\.\d{1,3}\.\d{1,3}\.\d{1,3}$/.test(host);
}

/** Who may ask. */
export interface GuardOptions {
  /** The address that is listened on. */
  readonly host: string;
  /** The port, known once the server listens. */
  readonly port: () => number;
  /** Further names by which people reach the server. */
  readonly allowedHosts: readonly string[];
  /** Origins by which browsers reach it through a proxy: `https://study.example.org`, see {@link publicOrigin}. */
  readonly publicOrigins?: readonly string[];
  /** Demanded of every request; undefined where only this machine can ask. */
  readonly token: string | undefined;
}

/**
 * An origin as browsers write it: scheme, name and, where it is not the scheme's own, port.
 * @throws CovidCtError USAGE for what is no origin
 */
export function publicOrigin(text: string): string {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined || !['http:', 'https:'].includes(url.protocol) || url.pathname !== '/' || url.search !== '' || url.hash !== '' || url.username !== '' || url.password !== '') {
    throw new CovidCtError('USAGE', `${JSON.stringify(text)} is no origin.`, { hint: 'Give what readers have before the path: https://study.example.org' });
  }
  return url.origin;
}

const bracketed = (address: string): string => (address.includes(':') && !address.startsWith('[') ? `[${address}]` : address);

/** Names that requests may call this server by: another one is a page elsewhere whose name was pointed here (DNS rebinding). */
function knownNames({ host, allowedHosts }: GuardOptions): ReadonlySet<string> {
  const own = isLoopback(host) ? [] : [host, hostname(), ...Object.values(networkInterfaces()).flatMap((list) => (list ?? []).map(({ address }) => address))];
  return new Set([...loopback, ...own, ...allowedHosts].map((name) => bracketed(name).toLowerCase()));
}

const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
const sameToken = (given: string | undefined, token: string): boolean => given !== undefined && timingSafeEqual(digest(given), digest(token));

/** The token of a request: a bearer, or the cookie that `/?token=` set. */
function tokenOf(context: Context): string | undefined {
  const bearer = /^Bearer (.+)$/.exec(context.req.header('authorization') ?? '')?.[1];
  return bearer ?? getCookie(context, 'covid-ct');
}

/**
 * Lets through what comes from this workbench's own pages, and from programs that know it by its name: Host and Origin are
 * checked, and the token where one is demanded.
 */
export function guard(options: GuardOptions): MiddlewareHandler {
  const names = knownNames(options);
  const origins = new Set(options.publicOrigins);
  // A proxy hands on the name that it was called by, or calls this server by its own.
  const publicHosts = new Set([...origins].map((origin) => new URL(origin).host));
  const isOwn = (authority: string): boolean => {
    const match = /^(\[[^\]]+\]|[^:]+)(?::(\d{1,5}))?$/.exec(authority.toLowerCase());
    return match?.[1] !== undefined && names.has(match[1]) && Number(match[2] ?? 80) === options.port();
  };
  return async (context, next) => {
    const host = context.req.header('host') ?? '';
    if (!isOwn(host) && !publicHosts.has(host.toLowerCase())) throw refusal(403, 'This workbench does not go by that name (Host).');
    const origin = context.req.header('origin');
    if (origin !== undefined && !origins.has(origin) && !(origin.startsWith('http://') && isOwn(origin.slice('http://'.length)))) throw refusal(403, 'A page of another origin may not ask this workbench.');
    // A browser says so of requests that carry no Origin: pictures, scripts and forms of other pages.
    const site = context.req.header('sec-fetch-site');
    if (site !== undefined && !['same-origin', 'none'].includes(site) && context.req.path.startsWith('/api/')) throw refusal(403, 'A page of another site may not ask this workbench.');
    const { token } = options;
    if (token !== undefined) {
      const given = context.req.query('token');
      if (context.req.path === '/' && sameToken(given, token)) {
        setCookie(context, 'covid-ct', token, { httpOnly: true, sameSite: 'Strict', path: '/' });
        return context.redirect('/');
      }
      if (!sameToken(tokenOf(context), token)) throw refusal(401, 'This workbench asks for a token: open the address that it printed when it started.');
    }
    return next();
  };
}
