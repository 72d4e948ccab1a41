//! The smallest programme there can be, for the tests of gtp-toolchain.

wit_bindgen::generate!({ world: "guest", path: "wit" });

struct Greeter;

impl Guest for Greeter {
    fn greet(name: String) -> String {
        assert!(!name.is_empty(), "a name is needed");
        format!("Hello, {name}")
    }
}

export!(Greeter);
