import dgram from 'node:dgram';
import dns from 'node:dns';
import { syncBuiltinESMExports } from 'node:module';
import net from 'node:net';

/**
 * Refuses the network inside this process, for Node versions whose permission model does not cover it. Programs may
 * import `node:http` and the like; what is refused is connecting, listening and looking up names, on the prototypes
 * that all of `http`, `https`, `http2`, `tls`, `fetch` and `WebSocket` go through. Best effort: a program that is set
 * on it can find a way around, which is why reports say so.
 */
export function refuseNetwork(): void {
  replace(net.Socket.prototype, ['connect']);
  replace(net.Server.prototype, ['listen']);
  replace(dgram.Socket.prototype, ['bind', 'connect', 'send', 'addMembership']);
  const queries = Object.keys(dns).filter(key => /^(lookup|lookupService|resolve\w*|reverse)$/.test(key));
  replace(dns, queries);
  replace(dns.promises, queries);
  for (const Resolver of [dns.Resolver, dns.promises.Resolver])
    replace(
      Resolver.prototype,
      Object.getOwnPropertyNames(Object.getPrototypeOf(Resolver.prototype) ?? {}).filter(key =>
        /^(resolve|reverse)/.test(key),
      ),
    );
  replace(globalThis, ['fetch', 'WebSocket', 'EventSource']);
  syncBuiltinESMExports();
}

/** Refuses signals to other processes, which Node's permission model leaves open. */
export function refuseSignals(): void {
  const kill = process.kill.bind(process);
  pin(process, 'kill', (pid: number, signal?: string | number) => {
    if (pid !== process.pid && signal !== 0) throw denied('ChildProcess', `process.kill(${pid})`);
    return kill(pid, signal);
  });
}

function replace(holder: object, names: readonly string[]): void {
  for (const name of names)
    if (name in holder)
      pin(holder, name, function refused(): never {
        throw denied('Net', name);
      });
}

/** Cannot be put back by assignment; a getter-only global such as `fetch` is replaced as well. */
function pin(holder: object, name: string, value: unknown): void {
  Object.defineProperty(holder, name, { value, writable: false, configurable: false, enumerable: true });
}

const denied = (permission: string, resource: string): Error =>
  Object.assign(new Error(`${resource} is refused: a target reaches neither the network nor other processes`), {
    code: 'ERR_ACCESS_DENIED',
    permission,
    resource,
  });
