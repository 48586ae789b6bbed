package dev.cvmfs.shrinkwrap.campaign;

import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongFunction;
import org.jspecify.annotations.Nullable;

/**
 * Gives a parser many spoilt inputs. It may accept or refuse each; but it must come to an end soon,
 * with no exception but the ones it is known for, and without taking memory out of all proportion.
 */
public final class Campaign {
  private static final long MOST_SECONDS = 10;
  private static final long MOST_ALLOCATED = 32L << 20;
  private static final int HEX_SHOWN = 1000;

  /** Of {@link #MOST_SECONDS} each: how far it is, every minute. */
  private static final int ROUNDS_TOLD = 6;

  /** What is tried. */
  @FunctionalInterface
  public interface Parser {
    void parse(byte[] input) throws Exception;
  }

  private final String name;
  private final LongFunction<byte[]> inputs;
  private final long mostAllocated;
  private final List<Class<? extends Exception>> refusals;
  private final Parser parser;
  private volatile long current;

  private Campaign(
      String name,
      LongFunction<byte[]> inputs,
      long mostAllocated,
      List<Class<? extends Exception>> refusals,
      Parser parser) {
    this.name = name;
    this.inputs = inputs;
    this.mostAllocated = mostAllocated;
    this.refusals = List.copyOf(refusals);
    this.parser = parser;
  }

  /**
   * Tries 50,000 inputs, or a million in the long form.
   *
   * @param samples what the parser accepts
   * @param refusal the exception with which it may refuse an input
   * @throws AssertionError if it does anything else; the message has the input
   */
  public static void run(
      String name, List<byte[]> samples, Class<? extends Exception> refusal, Parser parser) {
    run(name, Effort.of(50_000, 1_000_000), samples, List.of(refusal), parser);
  }

  /** Tries this many inputs on a parser that may refuse them in one of several ways. */
  public static void run(
      String name,
      int inputs,
      List<byte[]> samples,
      List<Class<? extends Exception>> refusals,
      Parser parser) {
    requireGood(name, samples, parser);
    LongFunction<byte[]> spoilt = new Mutations(samples)::input;
    new Campaign(name, spoilt, MOST_ALLOCATED, refusals, parser).run(inputs);
  }

  /**
   * Tries inputs that are made to be hostile, not spoilt.
   *
   * @param generator makes the input of a number, the same each time
   * @param mostAllocated bytes of memory that one of them may take, counted as they are taken
   */
  public static void run(
      String name,
      int inputs,
      LongFunction<byte[]> generator,
      long mostAllocated,
      List<Class<? extends Exception>> refusals,
      Parser parser) {
    new Campaign(name, generator, mostAllocated, refusals, parser).run(inputs);
  }

  /** A campaign from samples that the parser does not even know would show nothing. */
  private static void requireGood(String name, List<byte[]> samples, Parser parser) {
    for (byte[] sample : samples) {
      try {
        parser.parse(sample);
      } catch (Exception e) {
        throw new AssertionError("%s: refuses a sample: %s".formatted(name, show(sample)), e);
      }
    }
  }

  /** Works in a thread of its own, so that one that does not come back can be told. */
  private void run(int count) {
    FutureTask<Void> task =
        new FutureTask<>(
            () -> {
              for (long number = 0; number < count; number++) {
                current = number;
                tryOne(number);
              }
              return null;
            });
    Thread thread = new Thread(task, "campaign " + name);
    thread.setDaemon(true);
    thread.start();
    for (long rounds = 1; !task.isDone(); rounds++) {
      long before = current;
      if (rounds % ROUNDS_TOLD == 0) {
        System.out.printf("campaign %s: %,d of %,d inputs%n", name, before, count);
      }
      try {
        task.get(MOST_SECONDS, TimeUnit.SECONDS);
      } catch (TimeoutException e) {
        if (current == before) {
          AssertionError hang = failure(before, "does not come to an end", e);
          hang.setStackTrace(thread.getStackTrace());
          throw hang;
        }
      } catch (ExecutionException e) {
        throw e.getCause() instanceof AssertionError failure
            ? failure
            : new AssertionError(name, e.getCause());
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new AssertionError(name + " was interrupted", e);
      }
    }
  }

  private void tryOne(long number) {
    byte[] input = inputs.apply(number);
    long allocated = allocatedBytes();
    try {
      parser.parse(input);
    } catch (Exception | AssertionError | StackOverflowError | OutOfMemoryError e) {
      if (refusals.stream().noneMatch(refusal -> refusal.isInstance(e))) {
        throw failure(number, "leads to " + e, e);
      }
    }
    long taken = allocatedBytes() - allocated;
    if (taken > mostAllocated) {
      throw failure(number, "takes %,d bytes of memory".formatted(taken), null);
    }
  }

  private AssertionError failure(long number, String what, @Nullable Throwable cause) {
    return new AssertionError(
        "%s: input %d %s: %s".formatted(name, number, what, show(inputs.apply(number))), cause);
  }

  private static String show(byte[] input) {
    return "%d bytes, %s"
        .formatted(
            input.length,
            HexFormat.of().formatHex(Arrays.copyOf(input, Math.min(input.length, HEX_SHOWN))));
  }

  private static long allocatedBytes() {
    return ManagementFactory.getThreadMXBean() instanceof com.sun.management.ThreadMXBean threads
        ? threads.getCurrentThreadAllocatedBytes()
        : 0;
  }
}
