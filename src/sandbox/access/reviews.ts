import { child, isDraft, text } from '../draft.js';
import type { Draft } from '../draft.js';
import { parseBody } from '../http/body.js';
import type { Answer, Exchange } from '../http/exchange.js';
import type { RequestInfo } from '../http/requestInfo.js';
import type { World } from '../registry/world.js';
import { mayDo, mayRead, rulesOfUser } from './rbac.js';
import { AUTHENTICATED, type User } from './users.js';

/** `kubectl auth can-i`, `can-i --list` and `whoami`: reviews are answered, and stored nowhere. */
export function answerReview(world: World, user: User, info: RequestInfo, exchange: Exchange): Answer | undefined {
  if (info.verb !== 'create' || info.name !== undefined || !user.groups.includes(AUTHENTICATED)) return undefined;
  const asked = `${info.group}/${info.plural}`;
  if (asked === 'authentication.k8s.io/selfsubjectreviews') {
    const status = { userInfo: { username: user.name, groups: user.groups } };
    return answer('authentication.k8s.io/v1', 'SelfSubjectReview', { status });
  }
  if (asked === 'authorization.k8s.io/selfsubjectaccessreviews') {
    const spec = specOf(exchange);
    return answer('authorization.k8s.io/v1', 'SelfSubjectAccessReview', { spec, status: judged(world, user, spec) });
  }
  if (asked === 'authorization.k8s.io/selfsubjectrulesreviews') {
    const status = rulesStatus(rulesOfUser(world.store, user, text(specOf(exchange), 'namespace')));
    return answer('authorization.k8s.io/v1', 'SelfSubjectRulesReview', { spec: {}, status });
  }
  return undefined;
}

function specOf(exchange: Exchange): Draft | undefined {
  const review = parseBody(exchange);
  return isDraft(review) ? child(review, 'spec') : undefined;
}

function judged(world: World, user: User, spec: Draft | undefined): { readonly allowed: boolean } {
  const path = child(spec, 'nonResourceAttributes');
  if (path !== undefined) return { allowed: mayRead(world.store, user, text(path, 'path')) };
  const attributes = child(spec, 'resourceAttributes');
  const subresource = text(attributes, 'subresource');
  const allowed = mayDo(world.store, user, {
    verb: text(attributes, 'verb'),
    group: text(attributes, 'group'),
    resource: subresource === '' ? text(attributes, 'resource') : `${text(attributes, 'resource')}/${subresource}`,
    namespace: text(attributes, 'namespace'),
    name: text(attributes, 'name'),
  });
  return { allowed };
}

function rulesStatus(rules: readonly Draft[]): object {
  return {
    resourceRules: rules.filter((rule) => rule['resources'] !== undefined),
    nonResourceRules: rules.filter((rule) => rule['nonResourceURLs'] !== undefined),
    incomplete: false,
  };
}

function answer(apiVersion: string, kind: string, rest: object): Answer {
  return { code: 201, body: { kind, apiVersion, metadata: {}, ...rest } };
}
