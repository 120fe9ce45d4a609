// Heads of requests and responses, between net/http and WASI.
package tollgate

import (
	"context"
	"fmt"
	"maps"
	"net/http"
	"net/url"
	"reflect"
	"strconv"
	"strings"

	"wit_component/wasi_http_types"

	wit "go.bytecodealliance.org/pkg/wit/types"
)

// In the order of their tags.
var methods = []string{"GET", "HEAD", "POST", "PUT", "DELETE", "CONNECT", "OPTIONS", "TRACE", "PATCH"}

var methodOf = map[string]func() wasi_http_types.Method{
	"GET":     wasi_http_types.MakeMethodGet,
	"HEAD":    wasi_http_types.MakeMethodHead,
	"POST":    wasi_http_types.MakeMethodPost,
	"PUT":     wasi_http_types.MakeMethodPut,
	"DELETE":  wasi_http_types.MakeMethodDelete,
	"CONNECT": wasi_http_types.MakeMethodConnect,
	"OPTIONS": wasi_http_types.MakeMethodOptions,
	"TRACE":   wasi_http_types.MakeMethodTrace,
	"PATCH":   wasi_http_types.MakeMethodPatch,
}

// What belongs to one connection, and what the host sets by itself.
var notSent = map[string]bool{
	"Connection": true, "Host": true, "Keep-Alive": true, "Proxy-Connection": true, "Transfer-Encoding": true,
	"Upgrade": true,
}

// fieldsOf makes WASI's headers.
func fieldsOf(header http.Header) (*wasi_http_types.Fields, error) {
	fields := wasi_http_types.MakeFields()
	for name, values := range header {
		if notSent[name] || strings.HasPrefix(name, http.TrailerPrefix) {
			continue
		}
		for _, value := range values {
			if fields.Append(name, []byte(value)).IsErr() {
				return nil, fmt.Errorf("a header that cannot be sent: %q: %q", name, value)
			}
		}
	}
	return fields, nil
}

// add adds WASI's headers to a header, and drops them.
func add(header http.Header, fields *wasi_http_types.Fields) {
	for _, entry := range fields.Entries() {
		header.Add(entry.F0, string(entry.F1))
	}
	fields.Drop()
}

// arrival is a request as it arrived: where nobody has changed it or read its body, it can be handed on as it is.
type arrival struct {
	raw     *wasi_http_types.IncomingRequest
	body    *incoming
	request *http.Request
}

type arrivalKey struct{}

func arrivedRequest(ctx context.Context, raw *wasi_http_types.IncomingRequest) *http.Request {
	request := &http.Request{
		Method: methodName(raw.Method()), Header: http.Header{}, Trailer: http.Header{},
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
	}
	add(request.Header, raw.Headers())
	request.Host = raw.Authority().SomeOr(request.Header.Get("Host"))
	request.URL = arrivedURL(schemeName(raw.Scheme()), request.Host, raw.PathWithQuery().SomeOr("/"))
	body := newIncoming(within(ctx), raw, request.Trailer)
	request.Body, request.ContentLength = body, length(request.Header)
	// WASI gives every request a body. One of unknown length is what a GET hardly means.
	if request.ContentLength < 0 && (request.Method == http.MethodGet || request.Method == http.MethodHead) {
		request.ContentLength = 0
	}
	if request.ContentLength == 0 {
		request.Body = http.NoBody
	}
	return request.WithContext(context.WithValue(ctx, arrivalKey{}, &arrival{raw, body, request.Clone(ctx)}))
}

// arrivedURL is a URL of any characters: what package url cannot parse, such as the path /100%, is opaque, and goes on as it
// came.
func arrivedURL(scheme, host, target string) *url.URL {
	if parsed, err := url.Parse(scheme + "://" + host + target); err == nil {
		return parsed
	}
	path, query, _ := strings.Cut(target, "?")
	return &url.URL{Scheme: scheme, Host: host, Opaque: "//" + host + path, RawQuery: query}
}

// targetOf is path and query as they are sent.
func targetOf(request *http.Request) string {
	path, ok := opaquePath(request.URL.Opaque)
	if request.URL.Opaque == "" {
		path, ok = spelling(request)
	}
	if !ok {
		return request.URL.RequestURI()
	}
	if request.URL.ForceQuery || request.URL.RawQuery != "" {
		path += "?" + request.URL.RawQuery
	}
	return path
}

// opaquePath is what follows the host in //host/path, whatever the host: a worker may have set another in URL.Host.
func opaquePath(opaque string) (path string, ok bool) {
	rest, ok := strings.CutPrefix(opaque, "//")
	slash := strings.IndexByte(rest, '/')
	return rest[max(slash, 0):], ok && slash >= 0
}

// spelling is a path as it was written, where nobody has changed it: package url itself would write it anew where it has
// characters such as | and {, which are no URI's and yet are sent.
func spelling(request *http.Request) (path string, ok bool) {
	path = request.URL.RawPath
	if decoded, err := url.PathUnescape(path); path == "" || err != nil || decoded != request.URL.Path {
		return "", false
	}
	// What arrived can be sent. Of what a worker wrote, all but what the host refuses, and what is not ASCII.
	arrival, _ := request.Context().Value(arrivalKey{}).(*arrival)
	escaped := func(r rune) bool { return r <= ' ' || r > '~' || strings.ContainsRune("#<>?`", r) }
	return path, arrival != nil && path == arrival.request.URL.RawPath || !strings.ContainsFunc(path, escaped)
}

// untouchedRequest gives the request as it arrived, if this is still it. It is the caller's then.
func untouchedRequest(request *http.Request) *wasi_http_types.IncomingRequest {
	arrival, _ := request.Context().Value(arrivalKey{}).(*arrival)
	if arrival == nil || arrival.body.message == nil {
		return nil
	}
	then := arrival.request
	same := request.Method == then.Method && request.Host == then.Host && *request.URL == *then.URL &&
		reflect.DeepEqual(request.Header, then.Header) && request.Body == then.Body
	if !same {
		return nil
	}
	arrival.body.handOn()
	return arrival.raw
}

// outgoing makes a request, and its body where it has one.
func outgoing(request *http.Request) (*wasi_http_types.OutgoingRequest, *wasi_http_types.OutgoingBody, error) {
	header := http.Header{}
	maps.Copy(header, request.Header)
	header.Del("Content-Length")
	hasBody := request.Body != nil && request.Body != http.NoBody
	if hasBody && request.ContentLength > 0 {
		header.Set("Content-Length", strconv.FormatInt(request.ContentLength, 10))
	}
	fields, err := fieldsOf(header)
	if err != nil {
		return nil, nil, err
	}
	raw := wasi_http_types.MakeOutgoingRequest(fields)
	// Where a request goes its URL says, as everywhere in net/http. What a worker sets beside it (Host) names nobody else here.
	host := request.URL.Host
	if host == "" {
		host = request.Host
	}
	if raw.SetMethod(method(request.Method)).IsErr() || raw.SetScheme(wit.Some(scheme(request.URL.Scheme))).IsErr() ||
		raw.SetAuthority(wit.Some(host)).IsErr() || raw.SetPathWithQuery(wit.Some(targetOf(request))).IsErr() {
		raw.Drop()
		return nil, nil, fetchError(wasi_http_types.MakeErrorCodeHttpRequestUriInvalid())
	}
	if !hasBody {
		return raw, nil, nil
	}
	return raw, raw.Body().Ok(), nil
}

func arrivedResponse(scope scope, raw *wasi_http_types.IncomingResponse) *http.Response {
	status := int(raw.Status())
	response := &http.Response{
		Status: strconv.Itoa(status) + " " + http.StatusText(status), StatusCode: status,
		Proto: "HTTP/1.1", ProtoMajor: 1, ProtoMinor: 1,
		Header: http.Header{}, Trailer: http.Header{},
	}
	add(response.Header, raw.Headers())
	response.ContentLength = length(response.Header)
	body := newIncoming(scope, raw, response.Trailer)
	body.status, body.header = status, response.Header.Clone()
	response.Body = body
	return response
}

// untouchedResponse gives the response as it arrived, if this is still it. It is the caller's then.
func untouchedResponse(response *http.Response) *wasi_http_types.IncomingResponse {
	body, arrived := response.Body.(*incoming)
	if !arrived || body.message == nil {
		return nil
	}
	raw, arrived := body.message.(*wasi_http_types.IncomingResponse)
	if !arrived || response.StatusCode != body.status || !reflect.DeepEqual(response.Header, body.header) {
		return nil
	}
	body.handOn()
	return raw
}

// length is the length of a body as its head tells it, or -1.
func length(header http.Header) int64 {
	if length, err := strconv.ParseInt(header.Get("Content-Length"), 10, 64); err == nil {
		return length
	}
	return -1
}

func methodName(method wasi_http_types.Method) string {
	if method.Tag() == wasi_http_types.MethodOther {
		return method.Other()
	}
	return methods[method.Tag()]
}

func method(name string) wasi_http_types.Method {
	if name == "" {
		name = http.MethodGet
	}
	if known := methodOf[name]; known != nil {
		return known()
	}
	return wasi_http_types.MakeMethodOther(name)
}

func schemeName(scheme wit.Option[wasi_http_types.Scheme]) string {
	switch scheme := scheme.SomeOr(wasi_http_types.MakeSchemeHttp()); scheme.Tag() {
	case wasi_http_types.SchemeHttp:
		return "http"
	case wasi_http_types.SchemeHttps:
		return "https"
	default:
		return scheme.Other()
	}
}

func scheme(name string) wasi_http_types.Scheme {
	switch name {
	case "http":
		return wasi_http_types.MakeSchemeHttp()
	case "https":
		return wasi_http_types.MakeSchemeHttps()
	default:
		return wasi_http_types.MakeSchemeOther(name)
	}
}
