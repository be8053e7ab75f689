import type { IncomingHttpHeaders } from 'node:http';
import { EXIT, KapplyError } from '../../errors.js';
import { ApiError, type Status } from '../apiError.js';
import type { TransportError } from '../transport/http.js';
import { decodeJson } from './json.js';

/** What errors say of the server. */
export interface ServerIdentity {
  readonly server: string;
  readonly context: string | undefined;
}

/** meta/v1 StatusReason by HTTP status, for answers that are not a Status (client-go, NewGenericServerResponse). */
const REASONS: Readonly<Record<number, string>> = {
  400: 'BadRequest',
  401: 'Unauthorized',
  403: 'Forbidden',
  404: 'NotFound',
  405: 'MethodNotAllowed',
  406: 'NotAcceptable',
  409: 'Conflict',
  410: 'Gone',
  413: 'RequestEntityTooLarge',
  415: 'UnsupportedMediaType',
  422: 'Invalid',
  429: 'TooManyRequests',
  500: 'InternalError',
  503: 'ServiceUnavailable',
  504: 'Timeout',
};

/** The error for an answer of 400 or above. */
export function refusal(
  identity: ServerIdentity,
  httpStatus: number,
  headers: IncomingHttpHeaders,
  text: string,
): KapplyError {
  const isJson = (headers['content-type'] ?? '').includes('json');
  const status = isJson ? parseStatus(text) : undefined;
  if (status !== undefined) return new ApiError(httpStatus, status);
  if (httpStatus === 400 && identity.server.startsWith('http:')) {
    // What Go's HTTPS servers answer to plain HTTP.
    return notAnApiServer(identity);
  }
  const reason = REASONS[httpStatus];
  const message = `the server, or something before it, answered ${httpStatus} without saying why`;
  return new ApiError(httpStatus, { code: httpStatus, message, ...(reason === undefined ? {} : { reason }) });
}

function parseStatus(text: string): Status | undefined {
  try {
    const parsed = decodeJson(text);
    const isStatus = typeof parsed === 'object' && parsed !== null && 'kind' in parsed && parsed.kind === 'Status';
    return isStatus ? parsed : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

function place({ server, context }: ServerIdentity): string {
  return context === undefined ? server : `${server} (context ${context})`;
}

/** The error for something that answers, but not as an API server: a login page, a proxy, HTTPS spoken to as HTTP. */
export function notAnApiServer(identity: ServerIdentity): KapplyError {
  return new KapplyError(
    'Unreachable',
    `the server ${place(identity)} does not answer as a Kubernetes API server`,
    EXIT.unreachable,
    {
      suggestions: [
        'Check the server in the kubeconfig: its port, its path, and whether it should be https://.',
        'See what is configured: kubectl config view --minify',
      ],
    },
  );
}

export function unauthorized(identity: ServerIdentity): KapplyError {
  return new KapplyError(
    'Unauthorized',
    `the server ${place(identity)} does not accept the credentials`,
    EXIT.unreachable,
    {
      suggestions: [
        'Log in again, or check the user of the context: kubectl config view --minify',
        'Check with: kubectl auth whoami',
      ],
    },
  );
}

interface Explanation {
  readonly what: string;
  readonly suggestion: string;
}

/** By code of the system (errno), of OpenSSL (X509_V_ERR_…) or of Node. */
const EXPLANATIONS: Readonly<Record<string, Explanation>> = {
  ECONNREFUSED: {
    what: 'nothing listens there',
    suggestion: 'Check that the cluster runs, and the host and port in the kubeconfig.',
  },
  ENOTFOUND: { what: 'its name does not resolve', suggestion: 'Check the server name, DNS and the VPN.' },
  EAI_AGAIN: { what: 'its name cannot be resolved at the moment', suggestion: 'Check DNS and the network.' },
  ETIMEDOUT: { what: 'it does not answer', suggestion: 'Check the network, the VPN, firewalls and proxies.' },
  EREQUESTTIMEOUT: {
    what: 'it did not answer in time',
    suggestion: 'Give it longer with --request-timeout, or check the health of the cluster.',
  },
  EHOSTUNREACH: { what: 'there is no route to it', suggestion: 'Check the network and the VPN.' },
  ENETUNREACH: { what: 'there is no route to it', suggestion: 'Check the network and the VPN.' },
  ECONNRESET: {
    what: 'the connection broke',
    suggestion: 'Check the network, and that the port is that of the API server.',
  },
  EPROTO: {
    what: 'it does not speak TLS there',
    suggestion: 'Check the port, and whether the server should be http:// (kubectl proxy).',
  },
  ERR_SSL_WRONG_VERSION_NUMBER: {
    what: 'it does not speak TLS there',
    suggestion: 'Check the port, and whether the server should be http:// (kubectl proxy).',
  },
  CERT_HAS_EXPIRED: {
    what: "its certificate has expired (or this machine's clock is wrong)",
    suggestion: "Renew the server's certificate (kubeadm certs renew), and check the clock.",
  },
  CERT_NOT_YET_VALID: {
    what: "its certificate is not valid yet (or this machine's clock is wrong)",
    suggestion: 'Check the clock of this machine.',
  },
  ERR_TLS_CERT_ALTNAME_INVALID: {
    what: 'its certificate is for another name',
    suggestion: 'Use a name that the certificate has as the server, or set tls-server-name in the kubeconfig.',
  },
  PROXY_REFUSED: {
    what: 'the proxy does not connect to it',
    suggestion: 'Check proxy-url in the kubeconfig, and HTTPS_PROXY and NO_PROXY.',
  },
};

const UNKNOWN_AUTHORITY: Explanation = {
  what: 'its certificate is signed by an unknown authority',
  suggestion:
    'Check certificate-authority in the kubeconfig, or pass --certificate-authority; the cluster may have been made anew.',
};

const UNKNOWN_AUTHORITY_CODES = new Set([
  'DEPTH_ZERO_SELF_SIGNED_CERT',
  'SELF_SIGNED_CERT_IN_CHAIN',
  'UNABLE_TO_GET_ISSUER_CERT',
  'UNABLE_TO_GET_ISSUER_CERT_LOCALLY',
  'UNABLE_TO_VERIFY_LEAF_SIGNATURE',
  'CERT_SIGNATURE_FAILURE',
  'CERT_UNTRUSTED',
  'INVALID_CA',
]);

/** The error for a server that cannot be reached, or whose identity cannot be proved. */
export function unreachable(identity: ServerIdentity, error: TransportError): KapplyError {
  const explanation = UNKNOWN_AUTHORITY_CODES.has(error.code) ? UNKNOWN_AUTHORITY : EXPLANATIONS[error.code];
  const what = explanation?.what ?? 'the connection failed';
  return new KapplyError(
    'Unreachable',
    `the server ${place(identity)} cannot be reached: ${what} (${error.code})`,
    EXIT.unreachable,
    {
      cause: error,
      suggestions: [
        explanation?.suggestion ?? 'Check the server, the network and the proxy.',
        // Some HTTPS servers break off plain HTTP without a word.
        ...(identity.server.startsWith('http:') && error.reached === 'perhaps'
          ? ['Check whether the server should be https://.']
          : []),
        'See what is configured: kubectl config view --minify',
      ],
    },
  );
}
