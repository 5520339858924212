#![no_main]

// The library panics at some damaged pages; dehusk turns that into an error, so it must not end the fuzzer.
libfuzzer_sys::fuzz_target!(
    init: {
        let abort = std::panic::take_hook();
        std::panic::set_hook(Box::new(move |what| {
            if !dehusk::io::parquet::is_guarded() {
                abort(what);
            }
        }));
    },
    |data: &[u8]| dehusk_fuzz::parquet(data)
);
