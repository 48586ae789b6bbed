package dev.cvmfs.shrinkwrap.posix;

import dev.cvmfs.shrinkwrap.os.PosixCalls;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;

/** The system's calls; something happens just before some of them, as other processes would do. */
final class HookedCalls {
  private HookedCalls() {}

  /** What happens. */
  interface Hook {
    void take(Object[] arguments) throws Exception;
  }

  static PosixCalls before(String method, Hook hook) {
    PosixCalls real = PosixCalls.ofThisSystem();
    return (PosixCalls)
        Proxy.newProxyInstance(
            HookedCalls.class.getClassLoader(),
            new Class<?>[] {PosixCalls.class},
            (proxy, called, arguments) -> {
              if (called.getName().equals(method)) {
                hook.take(arguments);
              }
              try {
                return called.invoke(real, arguments);
              } catch (InvocationTargetException e) {
                throw e.getCause() == null ? e : e.getCause();
              }
            });
  }
}
