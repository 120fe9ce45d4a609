// Goroutines over WASI's pollables. There is one thread, and it has no other way to wait than a call that stops the
// whole worker: so the loop makes that call only when no goroutine can go on.
package tollgate

import (
	"context"
	"math"
	"runtime"
	"runtime/metrics"
	"slices"
	"unsafe"

	"wit_component/wasi_clocks_monotonic_clock"
	"wit_component/wasi_io_poll"

	wit "go.bytecodealliance.org/pkg/wit/runtime"
)

type waiter struct {
	pollable *wasi_io_poll.Pollable
	ready    chan struct{}
}

var waiters []waiter

type subscriber interface {
	Subscribe() *wasi_io_poll.Pollable
}

// wait returns when something may have more to say, or when the context has ended.
func wait(ctx context.Context, what subscriber) error {
	pollable := what.Subscribe()
	// It must be gone before that which it was made of.
	defer pollable.Drop()
	ready := make(chan struct{})
	atomically(func() { waiters = append(waiters, waiter{pollable, ready}) })
	select {
	case <-ready:
		return nil
	case <-ctx.Done():
		remove(ready)
		return context.Cause(ctx)
	}
}

func remove(ready chan struct{}) {
	atomically(func() { waiters = slices.DeleteFunc(waiters, func(w waiter) bool { return w.ready == ready }) })
}

// run lets goroutines go on until all is done, and says whether it came to that: not where all wait for each other.
func run(done func() bool) bool {
	for {
		settle()
		if done() {
			return true
		}
		var waited bool
		atomically(func() { waited = block() })
		if !waited {
			return false
		}
	}
}

// block waits for the first pollable, or for the next of Go's own timers.
func block() bool {
	pollables := make([]*wasi_io_poll.Pollable, 0, len(waiters)+1)
	for _, w := range waiters {
		pollables = append(pollables, w.pollable)
	}
	if next := nextTimer(); next != math.MaxInt64 {
		timer := wasi_clocks_monotonic_clock.SubscribeInstant(uint64(next))
		defer timer.Drop()
		pollables = append(pollables, timer)
	}
	if len(pollables) == 0 {
		return false
	}
	asleep := waiters
	waiters = nil
	ready := wasi_io_poll.Poll(pollables)
	for i, w := range asleep {
		if slices.Contains(ready, uint32(i)) {
			close(w.ready)
		} else {
			waiters = append(waiters, w)
		}
	}
	return true
}

var runnable = []metrics.Sample{{Name: "/sched/goroutines/runnable:goroutines"}}

// settle returns when every other goroutine waits.
func settle() {
	for {
		runtime.Gosched()
		metrics.Read(runnable)
		if runnable[0].Value.Uint64() == 0 {
			break
		}
	}
	// The bindings pin whatever the host returns, and leave it to others to end that. Nobody is within a call here.
	wit.Unpin()
}

// nextTimer is when the next timer of time.Sleep, contexts and tickers is due, on the clock that WASI has too.
//
//go:linkname nextTimer runtime.timeSleepUntil
func nextTimer() int64

// atomically does something that must not wait, and no other goroutine comes in between: wherever memory is allocated,
// the collector would let others go on. It does not while the runtime holds its thread.
func atomically(f func()) {
	defer goOn(keepStill())
	f()
}

//go:linkname keepStill runtime.acquirem
func keepStill() unsafe.Pointer

//go:linkname goOn runtime.releasem
func goOn(unsafe.Pointer)
