import type { KubeObject } from '../../objects/object.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';
import { keyOfResource } from '../catalog.js';
import { notFound } from '../status.js';
import type { Address, World } from './world.js';

/** A stored object in the version that a request speaks: conversion strategy None, which changes apiVersion alone. */
export function inVersion(resource: Resource, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}

/** The object as it is stored, in the version of the request. */
export function mustGet(world: World, resource: Resource, address: Address): KubeObject {
  const object = world.store.get(keyOfResource(resource), address.namespace, address.name);
  if (object === undefined) throw notFound(resource, address.name);
  return inVersion(resource, object);
}
