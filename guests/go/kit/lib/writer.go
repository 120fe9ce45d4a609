// The http.ResponseWriter of a request.
package tollgate

import (
	"bufio"
	"errors"
	"io"
	"net/http"
	"strconv"
	"strings"

	"wit_component/wasi_http_types"

	wit "go.bytecodealliance.org/pkg/wit/types"
)

// What is written before the head must be out: a response that fits has its length told.
const buffered = 4096

type writer struct {
	out      *wasi_http_types.ResponseOutparam
	header   http.Header
	bodiless bool

	status int         // 0 until WriteHeader.
	head   http.Header // As it was at WriteHeader.
	sent   bool        // The head is out.
	sink   *sink       // Where there is a body, when the head is out.
	buffer *bufio.Writer
	cut    bool // Part of the body could not be had: its reader must see that.
}

func (w *writer) Header() http.Header { return w.header }

func (w *writer) WriteHeader(status int) {
	// WASI has no informational responses.
	if w.status != 0 || status < 200 {
		return
	}
	w.status, w.head = status, w.header.Clone()
	w.bodiless = w.bodiless || status == http.StatusNoContent || status == http.StatusNotModified
	w.buffer = bufio.NewWriterSize(direct{w}, buffered)
}

func (w *writer) Write(bytes []byte) (int, error) {
	w.WriteHeader(http.StatusOK)
	if w.bodiless {
		return len(bytes), nil
	}
	if !w.sent && w.buffer.Buffered() == 0 && w.head.Get("Content-Type") == "" && len(bytes) > 0 {
		w.head.Set("Content-Type", http.DetectContentType(bytes))
	}
	return w.buffer.Write(bytes)
}

// ReadFrom is what io.Copy calls. Of a body that arrived, no byte passes through this worker's memory.
func (w *writer) ReadFrom(source io.Reader) (int64, error) {
	w.WriteHeader(http.StatusOK)
	if w.bodiless {
		return io.Copy(io.Discard, source)
	}
	if err := w.buffer.Flush(); err != nil {
		return 0, err
	}
	if err := w.send(); err != nil {
		return 0, err
	}
	copied, err := w.sink.ReadFrom(source)
	w.cut = w.cut || err != nil
	return copied, err
}

// FlushError is what http.ResponseController and, by Flush, http.Flusher have.
func (w *writer) FlushError() error {
	w.WriteHeader(http.StatusOK)
	return errors.Join(w.send(), w.buffer.Flush())
}

func (w *writer) Flush() { w.FlushError() }

// direct is the writer below the buffer.
type direct struct{ *writer }

func (w direct) Write(bytes []byte) (int, error) {
	if err := w.send(); err != nil {
		return 0, err
	}
	return w.sink.Write(bytes)
}

// send gets the head out, once.
func (w *writer) send() error {
	if w.sent {
		return nil
	}
	w.sent = true
	fields, err := fieldsOf(w.head)
	if err != nil {
		panic(err)
	}
	raw := wasi_http_types.MakeOutgoingResponse(fields)
	raw.SetStatusCode(uint16(w.status))
	if !w.bodiless {
		w.sink = newSink(lifetime, raw.Body().Ok())
	}
	wasi_http_types.ResponseOutparamSet(w.out, wit.Ok[*wasi_http_types.OutgoingResponse, wasi_http_types.ErrorCode](raw))
	return nil
}

// finish ends the response when its handler has returned. A reader that went away is no error.
func (w *writer) finish() {
	w.WriteHeader(http.StatusOK)
	trailer := w.trailer()
	if !w.sent && !w.bodiless && len(trailer) == 0 && w.head.Get("Content-Length") == "" {
		w.head.Set("Content-Length", strconv.Itoa(w.buffer.Buffered()))
	}
	w.send()
	switch {
	case w.sink == nil:
	case w.buffer.Flush() != nil || w.cut:
		w.sink.abandon()
	default:
		w.sink.finish(trailer)
	}
}

// trailer is what the handler set of the trailers that it declared, and what it set with http.TrailerPrefix.
func (w *writer) trailer() http.Header {
	trailer := http.Header{}
	for _, line := range w.head.Values("Trailer") {
		for name := range strings.SplitSeq(line, ",") {
			name = http.CanonicalHeaderKey(strings.TrimSpace(name))
			if values := w.header.Values(name); len(values) > 0 {
				trailer[name] = values
			}
		}
	}
	for name, values := range w.header {
		if name, prefixed := strings.CutPrefix(name, http.TrailerPrefix); prefixed {
			trailer[http.CanonicalHeaderKey(name)] = values
		}
	}
	return trailer
}

// reply answers with a response as it is; only a dispatch worker's world has it.
var reply func(*wasi_http_types.ResponseOutparam, *wasi_http_types.IncomingResponse)

// Reply answers with a response that arrived: its head, body and trailers. The body streams past this worker's memory.
// What came cut goes out cut; then there is an error, and nothing else to be done.
func Reply(w http.ResponseWriter, response *http.Response) error {
	if own, ok := w.(*writer); ok && reply != nil && own.status == 0 && len(own.header) == 0 {
		if raw := untouchedResponse(response); raw != nil {
			own.WriteHeader(response.StatusCode)
			own.sent, own.bodiless = true, true
			reply(own.out, raw)
			return nil
		}
	}
	defer response.Body.Close()
	for name, values := range response.Header {
		w.Header()[name] = append(w.Header()[name], values...)
	}
	w.WriteHeader(response.StatusCode)
	if _, err := io.Copy(w, response.Body); err != nil {
		return err
	}
	for name, values := range response.Trailer {
		w.Header()[http.TrailerPrefix+name] = values
	}
	return nil
}
