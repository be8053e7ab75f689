package main

import (
	"cmp"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strconv"
	"strings"

	apiextensionsv1 "k8s.io/apiextensions-apiserver/pkg/apis/apiextensions/v1"
	metav1 "k8s.io/apimachinery/pkg/apis/meta/v1"
	"k8s.io/apimachinery/pkg/runtime"
	utilruntime "k8s.io/apimachinery/pkg/util/runtime"
)

// How the types are written in protobuf: src/sandbox/protobuf/messages.json, from the tags that Kubernetes' own encoders are
// made of. A message is a list of fields: "number name code", without the number where it is one more than that before.
//
// s text; i integer; b flag; d double; y bytes; q Quantity; x IntOrString; t Time; m MicroTime; j JSON in a
// message (RawExtension, FieldsV1, JSON); e a list of texts in a message of its own; o, a, l JSONSchemaProps or a flag, a
// list of them, a list of texts; #NAME another message. Before it: * a list, % a map of such, ? left out of JSON at its zero
// value, ~ null in JSON where it is not set. The fields of a message named _ are in JSON those of the message around it.
type messages struct {
	Kinds    map[string]string `json:"kinds"`
	Messages map[string]string `json:"messages"`
}

var protobufs = messages{Kinds: map[string]string{}, Messages: map[string]string{}}

var schemaProps = reflect.TypeFor[apiextensionsv1.JSONSchemaProps]()

var named = map[string]reflect.Type{}

// `PodSpec`; and `admissionregistration.v1.ServiceReference` where another type came before with the name.
func messageName(t reflect.Type) string {
	if _, taken := named[t.Name()]; !taken {
		named[t.Name()] = t
	}
	if named[t.Name()] == t {
		return t.Name()
	}
	words := strings.Split(t.PkgPath(), "/")
	return strings.Join(words[len(words)-2:], ".") + "." + t.Name()
}

// Every kind of the list, what else is sent to their subresources, and reviews; DeleteOptions have the version of what is deleted.
func addKinds() {
	for _, o := range append(slices.Clone(objects), asked...) {
		t := reflect.TypeOf(o)
		kinds, _, err := scheme.ObjectKinds(reflect.New(t).Interface().(runtime.Object))
		utilruntime.Must(err)
		protobufs.Kinds[kinds[0].GroupVersion().String()+"/"+kinds[0].Kind] = messageName(t)
		message(t)
	}
	options := reflect.TypeFor[metav1.DeleteOptions]()
	protobufs.Kinds["DeleteOptions"] = messageName(options)
	message(options)
}

func message(t reflect.Type) {
	if _, seen := protobufs.Messages[messageName(t)]; seen {
		return
	}
	protobufs.Messages[messageName(t)] = ""
	words := map[int]string{}
	for field := range t.Fields() {
		tag := field.Tag.Get("protobuf")
		parts := strings.Split(tag, ",")
		if tag == "" || len(parts) < 2 {
			continue
		}
		number, err := strconv.Atoi(parts[1])
		if err != nil {
			panic(err)
		}
		json, options, _ := strings.Cut(field.Tag.Get("json"), ",")
		switch {
		case json == "-":
			continue
		case strings.Contains(options, "inline"), json == "" && field.Anonymous:
			json = "_"
		case json == "":
			panic(fmt.Sprintf("%s.%s has no name in JSON", t, field.Name))
		}
		written := code(field.Type, strings.Contains(options, "omitempty"))
		if written == "t" && strings.Contains(options, "omitzero") {
			written = "?t"
		}
		words[number] = json + " " + written
	}
	sorted := slices.SortedFunc(maps.Keys(words), cmp.Compare[int])
	var list []string
	for i, number := range sorted {
		if before := append([]int{0}, sorted...)[i]; number == before+1 {
			list = append(list, words[number])
		} else {
			list = append(list, fmt.Sprintf("%d %s", number, words[number]))
		}
	}
	protobufs.Messages[messageName(t)] = strings.Join(list, ",")
}

func code(t reflect.Type, omitted bool) string {
	switch {
	case isBytes(t):
		return either(omitted, "?", "~") + valueCode(t)
	case t.Kind() == reflect.Pointer, t.Kind() == reflect.Slice, t.Kind() == reflect.Map:
		return either(omitted, "", "~") + valueCode(t)
	case t.Kind() == reflect.Struct:
		// To Go's JSON, omitempty means nothing where the field is a struct.
		return valueCode(t)
	}
	return either(omitted, "?", "") + valueCode(t)
}

func isBytes(t reflect.Type) bool {
	return t.Kind() == reflect.Slice && t.Elem().Kind() == reflect.Uint8
}

func valueCode(t reflect.Type) string {
	switch {
	case isBytes(t):
		return "y"
	case t.Kind() == reflect.Pointer:
		return valueCode(t.Elem())
	case t.Kind() == reflect.Slice:
		return "*" + valueCode(t.Elem())
	case t.Kind() == reflect.Map && t.Elem().Kind() == reflect.Slice && !isBytes(t.Elem()):
		return "%e"
	case t.Kind() == reflect.Map:
		return "%" + valueCode(t.Elem())
	case t.Kind() == reflect.Struct:
		return structCode(t)
	}
	return scalarCode(t)
}

func scalarCode(t reflect.Type) string {
	switch t.Kind() {
	case reflect.String:
		return "s"
	case reflect.Bool:
		return "b"
	case reflect.Int, reflect.Int32, reflect.Int64, reflect.Uint32, reflect.Uint64:
		return "i"
	case reflect.Float64:
		return "d"
	}
	panic("no code for " + t.String())
}

func structCode(t reflect.Type) string {
	switch t.Name() {
	case "Quantity":
		return "q"
	case "IntOrString":
		return "x"
	case "Time":
		return "t"
	case "MicroTime":
		return "m"
	case "RawExtension", "FieldsV1", "JSON":
		return "j"
	case "JSONSchemaPropsOrBool":
		message(schemaProps)
		return "o"
	case "JSONSchemaPropsOrArray":
		return "a"
	case "JSONSchemaPropsOrStringArray":
		return "l"
	}
	message(t)
	return "#" + messageName(t)
}
