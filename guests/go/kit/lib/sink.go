// Bodies on their way out, through WASI's streams.
package tollgate

import (
	"context"
	"errors"
	"io"
	"net/http"

	"wit_component/wasi_http_types"
	"wit_component/wasi_io_streams"

	wit "go.bytecodealliance.org/pkg/wit/types"
)

var errGone = errors.New("nobody reads the body any more")

// sink is a body on its way out. It is finished or abandoned, once.
type sink struct {
	ctx    context.Context
	body   *wasi_http_types.OutgoingBody
	stream *wasi_io_streams.OutputStream
	broken bool // It takes no more bytes.
}

func newSink(ctx context.Context, body *wasi_http_types.OutgoingBody) *sink {
	return &sink{ctx: ctx, body: body, stream: body.Write().Ok()}
}

func (s *sink) Write(bytes []byte) (int, error) {
	written := 0
	for written < len(bytes) {
		room, err := s.room()
		if err != nil {
			return written, err
		}
		if room == 0 {
			if err := wait(s.ctx, s.stream); err != nil {
				return written, err
			}
			continue
		}
		next := bytes[written:min(written+room, len(bytes))]
		if result := s.stream.Write(next); result.IsErr() {
			return written, s.gone(result.Err())
		}
		written += len(next)
	}
	return written, nil
}

// room is how many bytes can be written now.
func (s *sink) room() (int, error) {
	result := s.stream.CheckWrite()
	if result.IsErr() {
		return 0, s.gone(result.Err())
	}
	return int(min(result.Ok(), chunk)), nil
}

// ReadFrom is what io.Copy calls. A body that arrived is spliced: no byte passes through this worker's memory.
func (s *sink) ReadFrom(source io.Reader) (int64, error) {
	body, arrived := source.(*incoming)
	if !arrived {
		return io.Copy(struct{ io.Writer }{s}, source)
	}
	var copied int64
	for {
		moved, err := body.move(func() (int, subscriber, error) { return s.splice(body.stream) })
		copied += int64(moved)
		if err == io.EOF {
			return copied, nil
		}
		if err != nil {
			return copied, err
		}
	}
}

func (s *sink) splice(source *wasi_io_streams.InputStream) (int, subscriber, error) {
	result := s.stream.Splice(source, chunk)
	if result.IsErr() {
		err := streamError(result.Err())
		// It is said of either end: if this one still takes bytes, then of the other.
		if _, own := s.room(); own != nil {
			err = own
		}
		return 0, nil, err
	}
	if room, err := s.room(); err != nil || room == 0 {
		return int(result.Ok()), s.stream, err
	}
	return int(result.Ok()), source, nil
}

func (s *sink) gone(err wasi_io_streams.StreamError) error {
	s.broken = true
	if err := streamError(err); err != io.EOF {
		return err
	}
	return errGone
}

// finish ends the body in order.
func (s *sink) finish(trailer http.Header) {
	s.stream.Drop()
	trailers := wit.None[*wasi_http_types.Fields]()
	if len(trailer) > 0 {
		fields, err := fieldsOf(trailer)
		if err != nil {
			s.body.Drop()
			return
		}
		trailers = wit.Some(fields)
	}
	// An error tells that it is not as long as its content-length: whoever reads it sees it cut.
	wasi_http_types.OutgoingBodyFinish(s.body, trailers)
}

// abandon ends the body so that whoever reads it sees it cut.
func (s *sink) abandon() {
	s.stream.Drop()
	s.body.Drop()
}
