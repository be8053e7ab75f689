/** Words for the codes of failed connections. */
import type { TransportError } from './http.js';

/** Why there is no answer, in words: `the server X cannot be reached: ${what}`. */
export interface Explanation {
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
  ERESPONSETOOLARGE: {
    what: 'its answer is larger than anything that is read',
    suggestion: 'Check that it is the right server, and what stands between it and here.',
  },
  ETOOMANYREDIRECTS: { what: 'it redirects for ever', suggestion: 'Check the address, and whether it wants a login.' },
  EBADREDIRECT: { what: 'it redirects to what is no web address', suggestion: 'Check the address.' },
  PROXY_LOGIN_NEEDED: {
    what: 'the proxy wants a login, or does not accept the one that it got',
    suggestion: 'Put it into the URL: HTTPS_PROXY=http://USER:PASSWORD@HOST:PORT, or proxy-url in the kubeconfig.',
  },
  PROXY_UNREACHABLE: {
    what: 'the proxy in front of it cannot be reached',
    suggestion:
      'Check proxy-url in the kubeconfig, HTTPS_PROXY and HTTP_PROXY; NO_PROXY names hosts that need no proxy.',
  },
  PROXY_REFUSED: {
    what: 'the proxy does not connect to it',
    suggestion:
      'Check proxy-url in the kubeconfig, and HTTPS_PROXY and NO_PROXY; the proxy has to allow CONNECT to this host and port.',
  },
  PROXY_BROKEN: {
    what: 'the proxy in front of it does not make the connection',
    suggestion:
      'Check the scheme and the port of the proxy: proxy-url in the kubeconfig, HTTPS_PROXY and HTTP_PROXY; most proxies are spoken to by http://, also for https servers.',
  },
  PROXY_CERTIFICATE: {
    what: 'the certificate of the proxy in front of it is not accepted',
    suggestion:
      'A proxy with an https:// URL is checked by the certificate-authority of the cluster, as by kubectl: check proxy-url in the kubeconfig and HTTPS_PROXY; most proxies are spoken to by http://.',
  },
};

const UNKNOWN_AUTHORITY: Explanation = {
  what: 'its certificate is signed by an unknown authority',
  suggestion:
    'Check certificate-authority in the kubeconfig, or pass --certificate-authority; the cluster may have been made anew, or a proxy between here and there looks into TLS.',
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

/** Codes of certificates that are not accepted, whoever showed them. */
export function isCertificateFailure(code: string): boolean {
  return UNKNOWN_AUTHORITY_CODES.has(code) || code.startsWith('CERT_') || code === 'ERR_TLS_CERT_ALTNAME_INVALID';
}

/** The code to stand behind the words; of a proxy, with what it did. */
export function codeWords({ code, message }: TransportError): string {
  return code.startsWith('PROXY_') ? `${code}: ${message}` : code;
}

/** undefined for a code that says nothing to anybody. */
export function explainFailure(code: string): Explanation | undefined {
  if (UNKNOWN_AUTHORITY_CODES.has(code)) return UNKNOWN_AUTHORITY;
  return Object.hasOwn(EXPLANATIONS, code) ? EXPLANATIONS[code] : undefined;
}
