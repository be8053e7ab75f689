/** core/v1 Pod, as far as a simulated node reads it. */
import type { KubeObject } from '../../objects/object.js';

interface KeyReference {
  readonly name: string;
  readonly key: string;
  readonly optional?: boolean;
}

interface WholeReference {
  readonly name: string;
  readonly optional?: boolean;
}

interface Item {
  readonly key: string;
}

export interface Container {
  readonly name: string;
  readonly image: string;
  readonly command?: readonly string[];
  readonly args?: readonly string[];
  /** `Always` makes a sidecar of an init container: see `isSidecar`. */
  readonly restartPolicy?: string;
  readonly readinessProbe?: {
    readonly initialDelaySeconds?: number;
    readonly exec?: { readonly command?: readonly string[] };
  };
  readonly env?: readonly {
    readonly name: string;
    readonly value?: string;
    readonly valueFrom?: {
      readonly configMapKeyRef?: KeyReference;
      readonly secretKeyRef?: KeyReference;
      readonly fieldRef?: { readonly fieldPath: string };
    };
  }[];
  readonly envFrom?: readonly {
    readonly prefix?: string;
    readonly configMapRef?: WholeReference;
    readonly secretRef?: WholeReference;
  }[];
}

export interface Volume {
  readonly name: string;
  readonly configMap?: WholeReference & { readonly items?: readonly Item[] };
  readonly secret?: { readonly secretName: string; readonly optional?: boolean; readonly items?: readonly Item[] };
  readonly projected?: {
    readonly sources?: readonly {
      readonly configMap?: WholeReference & { readonly items?: readonly Item[] };
      readonly secret?: WholeReference & { readonly items?: readonly Item[] };
    }[];
  };
}

export interface Pod extends KubeObject {
  readonly spec: {
    readonly nodeName?: string;
    readonly restartPolicy?: 'Always' | 'OnFailure' | 'Never';
    readonly containers: readonly Container[];
    readonly initContainers?: readonly Container[];
    readonly volumes?: readonly Volume[];
  };
  readonly status?: { readonly phase?: string };
}

/** An init container that runs on beside the others (kubernetes pkg/api/v1/pod, IsRestartableInitContainer). */
export function isSidecar(container: Container): boolean {
  return container.restartPolicy === 'Always';
}
