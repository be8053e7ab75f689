package main

import (
	"bytes"
	"encoding/base64"
	"encoding/json"
	"math/rand"
	"reflect"

	admissionregistrationv1 "k8s.io/api/admissionregistration/v1"
	appsv1 "k8s.io/api/apps/v1"
	authenticationv1 "k8s.io/api/authentication/v1"
	authorizationv1 "k8s.io/api/authorization/v1"
	autoscalingv1 "k8s.io/api/autoscaling/v1"
	autoscalingv2 "k8s.io/api/autoscaling/v2"
	batchv1 "k8s.io/api/batch/v1"
	coordinationv1 "k8s.io/api/coordination/v1"
	corev1 "k8s.io/api/core/v1"
	discoveryv1 "k8s.io/api/discovery/v1"
	eventsv1 "k8s.io/api/events/v1"
	networkingv1 "k8s.io/api/networking/v1"
	nodev1 "k8s.io/api/node/v1"
	policyv1 "k8s.io/api/policy/v1"
	rbacv1 "k8s.io/api/rbac/v1"
	schedulingv1 "k8s.io/api/scheduling/v1"
	storagev1 "k8s.io/api/storage/v1"
	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	"k8s.io/apimachinery/pkg/api/apitesting/fuzzer"
	metafuzzer "k8s.io/apimachinery/pkg/apis/meta/fuzzer"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/apimachinery/pkg/runtime/serializer/protobuf"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
	apiregistrationv1 "k8s.io/kube-aggregator/pkg/apis/apiregistration/v1"
)

// What is sent besides the objects themselves.
var asked = []any{
	authenticationv1.SelfSubjectReview{}, authenticationv1.TokenRequest{}, authenticationv1.TokenReview{},
	authorizationv1.LocalSubjectAccessReview{}, authorizationv1.SelfSubjectAccessReview{}, authorizationv1.SelfSubjectRulesReview{}, authorizationv1.SubjectAccessReview{},
	corev1.Binding{}, eventsv1.Event{}, policyv1.Eviction{},
}

var scheme = runtime.NewScheme()

func init() {
	for _, add := range []func(*runtime.Scheme) error{
		admissionregistrationv1.AddToScheme, appsv1.AddToScheme, authenticationv1.AddToScheme, authorizationv1.AddToScheme, autoscalingv1.AddToScheme, autoscalingv2.AddToScheme,
		batchv1.AddToScheme, coordinationv1.AddToScheme, corev1.AddToScheme, discoveryv1.AddToScheme, eventsv1.AddToScheme, networkingv1.AddToScheme, nodev1.AddToScheme,
		policyv1.AddToScheme, rbacv1.AddToScheme, schedulingv1.AddToScheme, storagev1.AddToScheme, apiextensionsv1.AddToScheme, apiregistrationv1.AddToScheme,
	} {
		utilruntime.Must(add(scheme))
	}
}

type sample struct {
	Protobuf string          `json:"protobuf"`
	Json     json.RawMessage `json:"json"`
}

// Random objects of every kind as Go's two encoders write them. What only one of the two can say (an empty list, which
// protobuf does not tell from none) is no difference of the decoders: the JSON is that of what Go reads back.
func samples() []any {
	codecs := serializer.NewCodecFactory(scheme)
	filler := fuzzer.FuzzerFor(metafuzzer.Funcs, rand.NewSource(1), codecs).NilChance(0.5).NumElements(1, 2).MaxDepth(9)
	binary := protobuf.NewSerializer(scheme, scheme)
	out := []any{}
	add := func(o runtime.Object) {
		kinds, _, err := scheme.ObjectKinds(o)
		utilruntime.Must(err)
		o.GetObjectKind().SetGroupVersionKind(kinds[0])
		var written bytes.Buffer
		utilruntime.Must(binary.Encode(o, &written))
		back, _, err := binary.Decode(written.Bytes(), nil, nil)
		utilruntime.Must(err)
		back.GetObjectKind().SetGroupVersionKind(kinds[0])
		text, err := json.Marshal(back)
		utilruntime.Must(err)
		out = append(out, sample{base64.StdEncoding.EncodeToString(written.Bytes()), text})
	}
	for _, o := range append(append([]any{}, objects...), append(asked, metav1.DeleteOptions{})...) {
		made := reflect.New(reflect.TypeOf(o)).Interface().(runtime.Object)
		filler.Fill(made)
		add(made)
		add(reflect.New(reflect.TypeOf(o)).Interface().(runtime.Object))
	}
	return out
}
