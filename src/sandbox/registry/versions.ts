import type { KubeObject } from '../../objects/object.js';
import { apiVersionOf } from '../kinds/builtIn.js';
import type { Resource } from '../kinds/builtIn.js';

/** A stored object in the version that a request speaks: conversion strategy None, which changes apiVersion alone. */
export function inVersion(resource: Resource, object: KubeObject): KubeObject {
  const apiVersion = apiVersionOf(resource);
  return object.apiVersion === apiVersion ? object : { ...object, apiVersion };
}
