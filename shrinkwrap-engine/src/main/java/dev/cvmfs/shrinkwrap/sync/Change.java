package dev.cvmfs.shrinkwrap.sync;

import java.util.Optional;
import java.util.function.Function;

/** What happened to one path between two trees. */
public sealed interface Change<T> {

  /** What the present tree has there. */
  Optional<T> before();

  /** What the wanted tree has there. */
  Optional<T> after();

  /** What the change is about: what is wanted there, or else what is. */
  default T subject() {
    return after().or(this::before).orElseThrow();
  }

  /** The same change, told of something else. */
  default <R> Change<R> map(Function<? super T, ? extends R> function) {
    return map(function, function);
  }

  /** The same change, told of something else that is made in two ways for the two trees. */
  <R> Change<R> map(
      Function<? super T, ? extends R> ofPresent, Function<? super T, ? extends R> ofWanted);

  /** Only the wanted tree has it. */
  record Added<T>(T wanted) implements Change<T> {
    @Override
    public Optional<T> before() {
      return Optional.empty();
    }

    @Override
    public Optional<T> after() {
      return Optional.of(wanted);
    }

    @Override
    public <R> Change<R> map(
        Function<? super T, ? extends R> ofPresent, Function<? super T, ? extends R> ofWanted) {
      return new Added<>(ofWanted.apply(wanted));
    }
  }

  /** Both have it, but not alike. */
  record Changed<T>(T present, T wanted) implements Change<T> {
    @Override
    public Optional<T> before() {
      return Optional.of(present);
    }

    @Override
    public Optional<T> after() {
      return Optional.of(wanted);
    }

    @Override
    public <R> Change<R> map(
        Function<? super T, ? extends R> ofPresent, Function<? super T, ? extends R> ofWanted) {
      return new Changed<>(ofPresent.apply(present), ofWanted.apply(wanted));
    }
  }

  /** Only the present tree has it. */
  record Removed<T>(T present) implements Change<T> {
    @Override
    public Optional<T> before() {
      return Optional.of(present);
    }

    @Override
    public Optional<T> after() {
      return Optional.empty();
    }

    @Override
    public <R> Change<R> map(
        Function<? super T, ? extends R> ofPresent, Function<? super T, ? extends R> ofWanted) {
      return new Removed<>(ofPresent.apply(present));
    }
  }

  /** Both have it, and it is the same. */
  record Kept<T>(T present) implements Change<T> {
    @Override
    public Optional<T> before() {
      return Optional.of(present);
    }

    @Override
    public Optional<T> after() {
      return Optional.of(present);
    }

    @Override
    public <R> Change<R> map(
        Function<? super T, ? extends R> ofPresent, Function<? super T, ? extends R> ofWanted) {
      return new Kept<>(ofPresent.apply(present));
    }
  }
}
