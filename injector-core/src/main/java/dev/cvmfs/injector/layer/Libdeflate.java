package dev.cvmfs.injector.layer;

import static java.lang.invoke.MethodType.methodType;

import java.lang.invoke.MethodHandle;
import java.lang.invoke.MethodHandles;
import java.lang.reflect.Array;
import java.util.Optional;

/**
 * libdeflate, a library that inflates what lies in memory two to three times as fast as zlib,
 * called through the foreign-function interface of Java 22 and newer.
 *
 * <p>Since this is compiled for Java 17, which has no such interface, its classes are looked up by
 * their names, once, and the functions become method handles without any of these classes in their
 * types.
 */
final class Libdeflate {
  /** The name that every version since 2016 has. */
  static final String LIBRARY = "libdeflate.so.0";

  private static final int FIRST_JAVA = 22;

  /** The result of a function that did what it should. */
  static final int SUCCESS = 0;

  private final MethodHandle allocate;
  private final MethodHandle decompress;
  private final MethodHandle free;

  private Libdeflate(MethodHandle allocate, MethodHandle decompress, MethodHandle free) {
    this.allocate = allocate;
    this.decompress = decompress;
    this.free = free;
  }

  /** An opened library, or why there is none. */
  record Loaded(Optional<Libdeflate> library, String problem) {}

  /** Opens the library that is installed. */
  static Loaded load() {
    if (Runtime.version().feature() < FIRST_JAVA) {
      return failed(
          "it needs Java %d or newer, and this is %s".formatted(FIRST_JAVA, Runtime.version()));
    }
    try {
      return new Loaded(Optional.of(new Linking().link()), "");
    } catch (IllegalArgumentException e) {
      return failed("%s is not installed".formatted(LIBRARY));
    } catch (ReflectiveOperationException e) {
      return failed("%s cannot be called: %s".formatted(LIBRARY, e));
    }
  }

  private static Loaded failed(String problem) {
    return new Loaded(Optional.empty(), problem);
  }

  /** A decompressor, to be freed. */
  Object allocate() {
    try {
      return (Object) allocate.invokeExact();
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  void free(Object decompressor) {
    try {
      free.invokeExact(decompressor);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  /**
   * Inflates.
   *
   * @param used takes how many bytes the stream has
   * @param made takes how many bytes came out
   * @return {@link #SUCCESS} or what went wrong
   */
  int decompress(
      Object decompressor,
      byte[] in,
      int from,
      int length,
      byte[] out,
      int at,
      int room,
      long[] used,
      long[] made) {
    try {
      return (int)
          decompress.invokeExact(
              decompressor,
              in,
              (long) from,
              (long) length,
              out,
              (long) at,
              (long) room,
              used,
              made);
    } catch (Throwable e) {
      throw unexpected(e);
    }
  }

  private static RuntimeException unexpected(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new IllegalStateException("a call of " + LIBRARY + " failed", e);
  }

  /** Makes method handles of the library's functions. */
  private static final class Linking {
    private final MethodHandles.Lookup lookup = MethodHandles.publicLookup();
    private final Class<?> segment = foreign("MemorySegment");
    private final Class<?> layout = foreign("MemoryLayout");
    private final Class<?> descriptor = foreign("FunctionDescriptor");
    private final Class<?> option = foreign("Linker$Option");
    private final Class<?> linker = foreign("Linker");
    private final Class<?> symbols = foreign("SymbolLookup");
    private final Object address = value("ADDRESS");
    private final Object size = value("JAVA_LONG");
    private final Object library;

    Linking() throws ReflectiveOperationException {
      Class<?> arena = foreign("Arena");
      Object forever = arena.getMethod("global").invoke(null);
      library = opened(arena, forever);
    }

    private Object opened(Class<?> arena, Object forever) throws ReflectiveOperationException {
      try {
        return symbols
            .getMethod("libraryLookup", String.class, arena)
            .invoke(null, LIBRARY, forever);
      } catch (java.lang.reflect.InvocationTargetException e) {
        if (e.getCause() instanceof IllegalArgumentException missing) {
          throw missing;
        }
        throw e;
      }
    }

    private static Class<?> foreign(String name) throws ClassNotFoundException {
      return Class.forName("java.lang.foreign." + name);
    }

    private static Object value(String name) throws ReflectiveOperationException {
      return foreign("ValueLayout").getField(name).get(null);
    }

    Libdeflate link() throws ReflectiveOperationException {
      MethodHandle allocate =
          function("libdeflate_alloc_decompressor", false, Optional.of(address));
      MethodHandle free =
          function("libdeflate_free_decompressor", false, Optional.empty(), address);
      MethodHandle decompress =
          function(
              "libdeflate_deflate_decompress_ex",
              true,
              Optional.of(value("JAVA_INT")),
              address,
              address,
              size,
              address,
              size,
              address,
              address);
      MethodHandle bytes = lookup.findStatic(segment, "ofArray", methodType(segment, byte[].class));
      MethodHandle longs = lookup.findStatic(segment, "ofArray", methodType(segment, long[].class));
      MethodHandle rest =
          MethodHandles.collectArguments(
              lookup.findVirtual(segment, "asSlice", methodType(segment, long.class)), 0, bytes);
      // From the last parameter to the first, as each step may make two of one.
      decompress = MethodHandles.collectArguments(decompress, 6, longs);
      decompress = MethodHandles.collectArguments(decompress, 5, longs);
      decompress = MethodHandles.collectArguments(decompress, 3, rest);
      decompress = MethodHandles.collectArguments(decompress, 1, rest);
      return new Libdeflate(
          allocate.asType(methodType(Object.class)),
          decompress.asType(
              methodType(
                  int.class,
                  Object.class,
                  byte[].class,
                  long.class,
                  long.class,
                  byte[].class,
                  long.class,
                  long.class,
                  long[].class,
                  long[].class)),
          free.asType(methodType(void.class, Object.class)));
    }

    /**
     * A function of the library.
     *
     * @param onHeap whether it is given arrays of Java as they are, which it must not keep
     */
    private MethodHandle function(
        String name, boolean onHeap, Optional<Object> result, Object... parameters)
        throws ReflectiveOperationException {
      Object layouts = Array.newInstance(layout, parameters.length);
      for (int i = 0; i < parameters.length; i++) {
        Array.set(layouts, i, parameters[i]);
      }
      Object type =
          result.isPresent()
              ? descriptor
                  .getMethod("of", layout, layouts.getClass())
                  .invoke(null, result.get(), layouts)
              : descriptor.getMethod("ofVoid", layouts.getClass()).invoke(null, layouts);
      Object options = Array.newInstance(option, onHeap ? 1 : 0);
      if (onHeap) {
        Array.set(options, 0, option.getMethod("critical", boolean.class).invoke(null, true));
      }
      Object entry =
          ((Optional<?>) symbols.getMethod("find", String.class).invoke(library, name))
              .orElseThrow(() -> new NoSuchMethodException(name));
      return (MethodHandle)
          linker
              .getMethod("downcallHandle", segment, descriptor, options.getClass())
              .invoke(linker.getMethod("nativeLinker").invoke(null), entry, type, options);
    }
  }
}
