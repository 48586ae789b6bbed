/** Tests of reading ELF, and a writer of small ELF files for them. */
@NullMarked
package dev.cvmfs.shrinkwrap.elf;

import org.jspecify.annotations.NullMarked;
