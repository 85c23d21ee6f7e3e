import { createHash, timingSafeEqual } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { problem, type HttpAnswer } from '../http/answer.ts';

const LOCAL_NAME = /^(?:127\.0\.0\.1|localhost|\[::1\])(?::\d{1,5})?$/i;

/**
 * Why a request of an operator is not answered; `null` if it may be. With a token, it is the password of Basic, which
 * browsers ask for, or a Bearer token. Without one, only a name of this machine in the address is served: a page
 * elsewhere may make its own name point here, and cannot hide it.
 */
export function operatorRefusal({ headers, method }: IncomingMessage, token: string | null): HttpAnswer | null {
  if (token === null) {
    if (!LOCAL_NAME.test(headers.host ?? ''))
      return problem(403, 'forbidden', 'Without a token, only this machine is served.');
  } else if (!isToken(headers.authorization ?? '', token)) {
    const challenge = { 'www-authenticate': 'Basic realm="nixfleet", charset="UTF-8"' };
    return problem(401, 'token', 'Give the operator token, as the password of Basic or as a Bearer token.', challenge);
  }
  // A form of another site can send everything but this type without asking.
  const isJson = (headers['content-type'] ?? '').split(';')[0]?.trim() === 'application/json';
  if (method === 'POST' && !isJson) return problem(415, 'content-type', 'Send application/json.');
  return null;
}

function isToken(authorization: string, token: string): boolean {
  const [scheme = '', value = ''] = authorization.split(' ', 2);
  if (/^bearer$/i.test(scheme)) return isEqual(value, token);
  if (!/^basic$/i.test(scheme)) return false;
  const pair = Buffer.from(value, 'base64').toString('utf8');
  return isEqual(pair.slice(pair.indexOf(':') + 1), token);
}

/** The time it takes says nothing about where two texts differ. */
function isEqual(a: string, b: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest();
  return timingSafeEqual(digest(a), digest(b));
}
