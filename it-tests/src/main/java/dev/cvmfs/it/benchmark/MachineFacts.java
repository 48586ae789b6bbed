package dev.cvmfs.it.benchmark;

import java.io.PrintStream;
import java.lang.management.ManagementFactory;

/** What a number is worth nothing without. */
final class MachineFacts {
  private MachineFacts() {}

  static void print(PrintStream out) {
    out.printf(
        "%d cores, load %.1f; Java %s (%s); %s %s %s; heap of at most %d MB%n%n",
        Runtime.getRuntime().availableProcessors(),
        ManagementFactory.getOperatingSystemMXBean().getSystemLoadAverage(),
        System.getProperty("java.version"),
        System.getProperty("java.vm.name"),
        System.getProperty("os.name"),
        System.getProperty("os.version"),
        System.getProperty("os.arch"),
        Runtime.getRuntime().maxMemory() >> 20);
  }
}
