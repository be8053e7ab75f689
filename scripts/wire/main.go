// Prints what OpenAPI does not tell of the Go types of Kubernetes' API: how a field that is not set, or has its zero value, is
// written as JSON, how it is written as protobuf, and samples of that. Run it again for a new version:
//
//	go run . zeros > ../../src/sandbox/wire.json
//	go run . messages > ../../src/sandbox/protobuf/messages.json
//	go run . samples > ../../test/sandbox/protobuf/samples.ndjson
//
// In zeros, the code before each field's name: - left out at its zero value; ' always there, "" if not set; 0 always there, 0 if not
// set; ! always there, false if not set; { always there, {} if not set; ~ always there, null if not set.
package main

import (
	"encoding/json"
	"fmt"
	"os"
	"reflect"
	"slices"
	"strings"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	networkingv1 "k8s.io/api/networking/v1"
	nodev1 "k8s.io/api/node/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

var out = map[string]string{}

// The name under which OpenAPI knows a Go type.
func name(t reflect.Type) string {
	return strings.ReplaceAll(strings.Replace(t.PkgPath(), "k8s.io/", "io.k8s.", 1), "/", ".") + "." + t.Name()
}

var marshaler = reflect.TypeFor[json.Marshaler]()

func marshalsItself(t reflect.Type) bool {
	return t.Implements(marshaler) || reflect.PointerTo(t).Implements(marshaler)
}

func visit(t reflect.Type) {
	for t.Kind() == reflect.Pointer || t.Kind() == reflect.Slice || t.Kind() == reflect.Map {
		t = t.Elem()
	}
	if t.Kind() != reflect.Struct || marshalsItself(t) {
		return
	}
	if _, seen := out[name(t)]; seen {
		return
	}
	out[name(t)] = ""
	words := fields(t)
	slices.Sort(words)
	out[name(t)] = strings.Join(words, " ")
}

func fields(t reflect.Type) (words []string) {
	for field := range t.Fields() {
		tag, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		if tag == "" && field.Anonymous {
			words = append(words, fields(field.Type)...)
			continue
		}
		if tag == "" || tag == "-" {
			continue
		}
		if code := codeOf(field.Type, options); code != "" {
			words = append(words, code+tag)
		}
		visit(field.Type)
	}
	return words
}

func codeOf(t reflect.Type, options string) string {
	if strings.Contains(options, "omitzero") {
		return ""
	}
	omitted := strings.Contains(options, "omitempty")
	switch t.Kind() {
	case reflect.String:
		return either(omitted, "-", "'")
	case reflect.Bool:
		return either(omitted, "-", "!")
	case reflect.Int, reflect.Int32, reflect.Int64:
		return either(omitted, "-", "0")
	case reflect.Slice, reflect.Map:
		return either(omitted, "", "~")
	case reflect.Struct:
		switch t.Name() {
		case "Time", "MicroTime", "RawExtension":
			return "~"
		case "Quantity", "IntOrString":
			return "0"
		}
		return "{"
	}
	return ""
}

func either(condition bool, yes, no string) string {
	if condition {
		return yes
	}
	return no
}

var objects = []any{
	corev1.ConfigMap{}, corev1.Endpoints{}, corev1.Event{}, corev1.LimitRange{}, corev1.Namespace{}, corev1.Node{}, corev1.PersistentVolumeClaim{}, corev1.PersistentVolume{}, corev1.Pod{}, corev1.PodTemplate{}, corev1.ReplicationController{}, corev1.ResourceQuota{}, corev1.Secret{}, corev1.ServiceAccount{}, corev1.Service{},
	appsv1.ControllerRevision{}, appsv1.DaemonSet{}, appsv1.Deployment{}, appsv1.ReplicaSet{}, appsv1.StatefulSet{},
	autoscalingv2.HorizontalPodAutoscaler{}, autoscalingv1.Scale{}, autoscalingv1.HorizontalPodAutoscaler{}, batchv1.CronJob{}, batchv1.Job{},
	networkingv1.Ingress{}, networkingv1.IngressClass{}, networkingv1.IPAddress{}, networkingv1.NetworkPolicy{}, networkingv1.ServiceCIDR{}, policyv1.PodDisruptionBudget{},
	rbacv1.ClusterRole{}, rbacv1.ClusterRoleBinding{}, rbacv1.Role{}, rbacv1.RoleBinding{},
	storagev1.CSIDriver{}, storagev1.CSINode{}, storagev1.CSIStorageCapacity{}, storagev1.StorageClass{}, storagev1.VolumeAttachment{}, storagev1.VolumeAttributesClass{},
	admissionregistrationv1.MutatingAdmissionPolicy{}, admissionregistrationv1.MutatingAdmissionPolicyBinding{}, admissionregistrationv1.MutatingWebhookConfiguration{}, admissionregistrationv1.ValidatingAdmissionPolicy{}, admissionregistrationv1.ValidatingAdmissionPolicyBinding{}, admissionregistrationv1.ValidatingWebhookConfiguration{},
	apiextensionsv1.CustomResourceDefinition{}, schedulingv1.PriorityClass{}, coordinationv1.Lease{}, nodev1.RuntimeClass{}, discoveryv1.EndpointSlice{}, apiregistrationv1.APIService{},
}

func main() {
	encoder := json.NewEncoder(os.Stdout)
	encoder.SetEscapeHTML(false)
	write := func(value any) {
		if err := encoder.Encode(value); err != nil {
			panic(err)
		}
	}
	switch strings.Join(os.Args[1:], " ") {
	case "zeros":
		encoder.SetIndent("", "  ")
		write(zeros())
	case "messages":
		encoder.SetIndent("", "  ")
		addKinds()
		write(protobufs)
	case "samples":
		for _, one := range samples() {
			write(one)
		}
	default:
		fmt.Fprintln(os.Stderr, "usage: go run . zeros|messages|samples")
		os.Exit(2)
	}
}

func zeros() any {
	for _, o := range objects {
		visit(reflect.TypeOf(o))
	}
	for definition, words := range out {
		if words == "" {
			delete(out, definition)
		}
	}
	return out
}
