// Bodies on their way in, through WASI's streams.
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

// Most bytes moved at once.
const chunk = 64 * 1024

// message is a request or response that arrived, whose body is had once.
type message interface {
	Consume() wit.Result[*wasi_http_types.IncomingBody, wit.Unit]
	Drop()
}

// incoming is the body of a message that arrived. It knows the message as long as nobody has begun to read.
type incoming struct {
	scope   scope
	message message
	trailer http.Header // The message's own map: where the trailers go.
	body    *wasi_http_types.IncomingBody
	stream  *wasi_io_streams.InputStream
	reading bool
	err     error // What every further Read says.

	// Of a response: what it looked like when it arrived.
	status int
	header http.Header
}

// scope is a context that also ends with the request that is being served, or by itself.
type scope struct {
	context.Context
	end context.CancelCauseFunc
}

func within(ctx context.Context) scope {
	ctx, end := context.WithCancelCause(ctx)
	context.AfterFunc(lifetime, func() { end(context.Canceled) })
	return scope{ctx, end}
}

// newIncoming takes over the message, and the scope, which ends when the body is closed.
func newIncoming(scope scope, message message, trailer http.Header) *incoming {
	b := &incoming{scope: scope, message: message, trailer: trailer}
	atomically(func() { open[b] = struct{}{} })
	return b
}

func (b *incoming) Read(bytes []byte) (int, error) {
	if len(bytes) == 0 {
		return 0, nil
	}
	return b.move(func() (int, subscriber, error) {
		read := b.stream.Read(uint64(min(len(bytes), chunk)))
		if read.IsErr() {
			return 0, nil, streamError(read.Err())
		}
		return copy(bytes, read.Ok()), b.stream, nil
	})
}

// move does something until it moved bytes or the body ended. In between it waits for what that something names.
func (b *incoming) move(something func() (int, subscriber, error)) (int, error) {
	b.reading = true
	defer func() { b.reading = false }()
	b.begin()
	for b.err == nil {
		moved, pending, err := something()
		switch {
		case moved > 0:
			return moved, nil
		case err == io.EOF:
			err = b.finish()
		case err == nil:
			err = wait(b.scope, pending)
		}
		if err != nil {
			b.end(err)
		}
	}
	return 0, b.err
}

func (b *incoming) begin() {
	if b.err != nil || b.stream != nil {
		return
	}
	b.body = b.message.Consume().Ok()
	b.stream = b.body.Stream().Ok()
	b.message.Drop()
	b.message = nil
}

// finish reads the trailers, and says io.EOF where the body ended in order.
func (b *incoming) finish() error {
	b.stream.Drop()
	future := wasi_http_types.IncomingBodyFinish(b.body)
	defer future.Drop()
	b.stream, b.body = nil, nil
	for {
		if arrived := future.Get(); arrived.IsSome() {
			result := arrived.Some().Ok()
			if result.IsErr() {
				return fetchError(result.Err())
			}
			if fields := result.Ok(); fields.IsSome() {
				add(b.trailer, fields.Some())
			}
			return io.EOF
		}
		if err := wait(b.scope, future); err != nil {
			return err
		}
	}
}

// end lets go of everything, in order.
func (b *incoming) end(err error) {
	b.err = err
	atomically(func() { delete(open, b) })
	if b.stream != nil {
		b.stream.Drop()
	}
	if b.body != nil {
		b.body.Drop()
	}
	if b.message != nil {
		b.message.Drop()
	}
	b.stream, b.body, b.message = nil, nil, nil
}

// Close ends what is still going on with this body, and where it is a response's, with its request's.
func (b *incoming) Close() error {
	b.scope.end(http.ErrBodyReadAfterClose)
	// A reader that waits sees the context's end, and lets go by itself.
	if !b.reading && b.err == nil {
		b.end(http.ErrBodyReadAfterClose)
	}
	return nil
}

// handOn gives away the message, whose body is then somebody else's.
func (b *incoming) handOn() {
	b.message = nil
	b.end(errors.New("the body was handed on"))
}

func streamError(err wasi_io_streams.StreamError) error {
	if err.Tag() == wasi_io_streams.StreamErrorClosed {
		return io.EOF
	}
	cause := err.LastOperationFailed()
	defer cause.Drop()
	if code := wasi_http_types.HttpErrorCode(cause); code.IsSome() {
		return fetchError(code.Some())
	}
	return errors.New(cause.ToDebugString())
}
